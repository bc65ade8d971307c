"""The built-in web console, for those without Grafana: Chinese and English, phone and desk.

Everything it loads comes from this service; it makes no request to the outside.
"""

from dashboards.console.pages import mount

__all__ = ["mount"]
