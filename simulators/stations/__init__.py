"""Monitoring stations of the demo park: what they measure, and HJ 212 as devices speak it."""
