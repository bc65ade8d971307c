"""Grafana dashboards from the boards: built, checked in, pushed, checked against the live API.

Grafana 11.6, dashboard schema 41. Figures come from the HTTP API by the Infinity plugin, raw
readings from InfluxDB by InfluxQL.
"""
