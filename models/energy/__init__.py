"""Energy in GJ and in tonnes of coal equivalent."""
