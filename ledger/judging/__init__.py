"""What looks implausible in the measurements of outlets and stations, with its evidence."""
