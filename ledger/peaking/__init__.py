"""What questions of the peak and of the running year are answered from."""
