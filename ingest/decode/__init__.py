"""Bytes to readings, or a reason why not; pure."""
