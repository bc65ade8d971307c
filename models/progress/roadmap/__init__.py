"""Measures and scenarios: emissions to come."""
