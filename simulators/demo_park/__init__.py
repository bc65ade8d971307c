"""The demo park's data files, and the registry folder made of them."""

from simulators.demo_park.registry import demo_registry

__all__ = ["demo_registry"]
