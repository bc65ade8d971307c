"""The two data sources, known by their uid in every dashboard."""

from __future__ import annotations

from grafana_foundation_sdk.models.dashboard import DataSourceRef

API_UID = "carbonpeak-api"
API_TYPE = "yesoreyeram-infinity-datasource"
INFLUX_UID = "carbonpeak-influxdb"
INFLUX_TYPE = "influxdb"

API_SOURCE = DataSourceRef(type_val=API_TYPE, uid=API_UID)
INFLUX_SOURCE = DataSourceRef(type_val=INFLUX_TYPE, uid=INFLUX_UID)
