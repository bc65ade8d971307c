"""The application: settings, command line and the composition of all parts."""

__version__ = "0.1.0"
