"""The two data sources, known by their uid in every dashboard."""

from __future__ import annotations

from typing import Any

from grafana_foundation_sdk.models.dashboard import DataSourceRef

API_UID = "carbonpeak-api"
API_TYPE = "yesoreyeram-infinity-datasource"
INFLUX_UID = "carbonpeak-influxdb"
INFLUX_TYPE = "influxdb"

API_SOURCE = DataSourceRef(type_val=API_TYPE, uid=API_UID)
INFLUX_SOURCE = DataSourceRef(type_val=INFLUX_TYPE, uid=INFLUX_UID)


def api_source(url: str, read_key: str | None) -> dict[str, Any]:
    """The API as Grafana sees it at ``url``, asked with the read key."""
    source: dict[str, Any] = {
        "uid": API_UID,
        "name": "carbonpeak API",
        "type": API_TYPE,
        "access": "proxy",
        "url": url,
        "jsonData": {
            "auth_method": "none" if read_key is None else "bearerToken",
            "allowedHosts": [url],
            "timeoutInSeconds": 60,
            "customHealthCheckEnabled": True,
            "customHealthCheckUrl": f"{url}/api/v1/enterprises",
        },
    }
    return source if read_key is None else source | {"secureJsonData": {"bearerToken": read_key}}


def influx_source(url: str, bucket: str, user: str, password: str) -> dict[str, Any]:
    """InfluxDB as Grafana sees it at ``url``, asked by an account that may read the bucket."""
    return {
        "uid": INFLUX_UID,
        "name": "carbonpeak InfluxDB",
        "type": INFLUX_TYPE,
        "access": "proxy",
        "url": url,
        "user": user,
        "jsonData": {"version": "InfluxQL", "dbName": bucket, "httpMode": "GET"},
        "secureJsonData": {"password": password},
    }
