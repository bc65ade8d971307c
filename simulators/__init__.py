"""The demo park: load shapes, meters, faults, the truth, and what its devices send."""
