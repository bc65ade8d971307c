"""Bytes in, one durable append to the store out."""
