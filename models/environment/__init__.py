"""The environment's arithmetic: validity, conversions, masses, substitution, as standards say."""
