"""Tables of indicators and titles, and how a value stands to its target."""
