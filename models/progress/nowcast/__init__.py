"""The running year before it is over: its total, with its uncertainty."""
