#!/bin/bash
# Run once by the image's entry point, after it has made organization, bucket and token: an account
# with which Grafana may read the bucket by InfluxQL, and nothing else.
set -eu
influx v1 auth create \
  --org "$DOCKER_INFLUXDB_INIT_ORG" \
  --description "Grafana reads" \
  --username grafana \
  --password "$(cat /run/secrets/influxdb_grafana_password)" \
  --read-bucket "$DOCKER_INFLUXDB_INIT_BUCKET_ID" \
  > /dev/null
