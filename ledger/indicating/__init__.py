"""Values of indicators: computed from the accounts of a year, or entered, and their targets."""
