"""What positions in allowances and rights are answered from."""
