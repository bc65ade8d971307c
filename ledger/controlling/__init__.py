"""What targets and dual control are answered from."""
