"""The store on an InfluxDB server, shared by several processes."""

from store.influxdb_store.facade import InfluxDBStore as InfluxDBStore
from store.influxdb_store.server import InfluxDB as InfluxDB
from store.influxdb_store.server import InfluxDBError as InfluxDBError
