"""The bucket and its mapping to a database of the same name, made where they are missing."""

from __future__ import annotations

import logging

import urllib3
from influxdb_client.domain.dbrp_create import DBRPCreate
from influxdb_client.rest import ApiException
from influxdb_client.service.dbr_ps_service import DBRPsService

from store.influxdb_store.server import InfluxDB, InfluxDBError

log = logging.getLogger(__name__)

RETENTION_POLICY = "autogen"


def prepare(server: InfluxDB) -> None:
    """Make the bucket (kept for ever) and its mapping, unless they are there.

    InfluxQL, by which readings are asked for, needs the mapping. InfluxDB 1.x has a database
    instead of both. Raises InfluxDBError where the server or the token does not allow it.
    """
    try:
        version = str(server.client.version()).removeprefix("v")
        if version.startswith("1."):
            server.run([f'CREATE DATABASE "{server.bucket}"'])
            return
        _prepare_bucket(server)
    except ApiException as error:
        said = error.body if isinstance(error.body, str) else str(error.message)
        raise InfluxDBError(f"InfluxDB at {server.url}: {error.status} {said}") from error
    except urllib3.exceptions.HTTPError as error:
        raise InfluxDBError(f"InfluxDB at {server.url}: {error}") from error


def _prepare_bucket(server: InfluxDB) -> None:
    buckets = server.client.buckets_api()
    bucket = buckets.find_bucket_by_name(server.bucket)
    if bucket is None:
        try:
            bucket = buckets.create_bucket(bucket_name=server.bucket, org=server.org)
            log.info("bucket %s made in InfluxDB", server.bucket)
        except ApiException:
            # Processes of a deployment start together: another one may have been quicker.
            bucket = buckets.find_bucket_by_name(server.bucket)
            if bucket is None:
                raise
    mappings = DBRPsService(server.client.api_client)
    standing = mappings.get_dbr_ps(org=server.org, bucket_id=bucket.id, db=server.bucket)
    if any(one.default for one in standing.content or []):
        return
    mappings.post_dbrp(
        DBRPCreate(
            org=server.org,
            bucket_id=bucket.id,
            database=server.bucket,
            retention_policy=RETENTION_POLICY,
            default=True,
        )
    )
    log.info("bucket %s mapped to a database of its name", server.bucket)
