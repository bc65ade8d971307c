"""Where alarms come from: ledger's answers and the service's health, as occurrences."""
