"""Whether a series has peaked, why it changed, and how far it is from neutrality."""
