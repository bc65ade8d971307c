"""What yearly accounts are made of."""
