"""Everything that is kept: readings, usage and rejections; the registry."""
