"""Targets, and dual control of energy and carbon."""
