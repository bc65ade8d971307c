"""The rules every store keeps: which row holds, what differs, how hours become periods."""
