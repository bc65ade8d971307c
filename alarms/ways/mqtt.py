"""Alarms by MQTT: to the enterprise concerned, what is of the park to carbonpeak's own processes.

Who of the park looks after an alarm, and what is noted of it, stays with the park.

Not retained: a topic has place for one message, and the last alarm of an enterprise says nothing of
its other ones. Who was away asks /api/v1/alarms.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from alarms.life_cycle import BY_PERSONS
from alarms.ways.message import message
from alarms.ways.way import DeliveryError
from store.registry_db.alarm_deliveries import Delivery

Publish = Callable[[str, dict[str, Any]], bool]


def alarm_topic(park: str, enterprise: str | None) -> str:
    """Where alarms of the enterprise are told, or those of the park itself."""
    return f"park/{park}/event/alarm" if enterprise is None else f"park/{park}/{enterprise}/alarm"


def _for_enterprises(one: Delivery) -> dict[str, Any]:
    told = message(one.alarm, one.event) | {"assignee": None}
    # By what was done, not by whom: a person may well be called as the system is.
    return told | {"by": "", "note": ""} if one.event.action in BY_PERSONS else told


class MqttWay:
    """``publish`` is true once the broker has taken the message."""

    name = "mqtt"
    has_digests = False

    def __init__(self, park: str, publish: Publish, is_connected: Callable[[], bool]) -> None:
        self._park = park
        self._publish = publish
        self._is_connected = is_connected

    def is_ready(self) -> bool:
        """Whether the broker is there."""
        return self._is_connected()

    def send(self, deliveries: Sequence[Delivery]) -> None:
        """Publish each by itself."""
        for one in deliveries:
            topic = alarm_topic(self._park, one.alarm.cause.enterprise)
            if not self._publish(topic, _for_enterprises(one)):
                raise DeliveryError("the broker has not confirmed it")
