"""The MQTT session of a process that takes nothing in: it hears events and tells its own.

An event only wakes: what is to be done stands in the store, and is done at each connection too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import paho.mqtt.client as paho

from ingest.sources.mqtt_session import Account, Session, Will

Heard = Callable[[str, bytes], None]  # topic and payload


def listening(
    host: str,
    port: int,
    client_id: str,
    account: Account,
    heard: Mapping[str, Heard],
    *,
    on_ready: Callable[[], None],
    will: Will,
) -> Session:
    """A session that hands what is published under each topic filter to whom it concerns.

    It is not started yet. Handlers run in its thread and must neither wait nor fail.
    """

    def on_message(message: paho.MQTTMessage) -> None:
        for pattern, handle in heard.items():
            if paho.topic_matches_sub(pattern, message.topic):
                handle(message.topic, bytes(message.payload))

    return Session(
        host,
        port,
        client_id,
        account,
        topics=list(heard),
        on_message=on_message,
        on_ready=on_ready,
        will=will,
    )
