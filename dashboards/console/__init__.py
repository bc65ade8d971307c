"""The built-in web console."""
