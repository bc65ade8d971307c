"""What outlets discharge, hour by hour, from the usage of their channels' meters."""
