"""The demo park: its data files, and the registry folder made of them."""

from simulators.demo_park.registry import demo_activity, demo_registry

__all__ = ["demo_activity", "demo_registry"]
