"""Allowances, certificates and other rights: allocation, position, movements."""
