"""The ways in, one file each; the only place that speaks its protocol."""
