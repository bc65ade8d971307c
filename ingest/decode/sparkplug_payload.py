"""The payload of Sparkplug B as protobuf classes, made when imported: no generated file, no build.

Field numbers and types: Eclipse Sparkplug Specification 3.0.0, section 6.4 (payload definition).
Only what we read is declared; protobuf steps over the rest and keeps it when it writes again. Data
sets and templates are declared as bytes, which they are on the wire, to know that they are there.
"""

from __future__ import annotations

from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

_FIELD = descriptor_pb2.FieldDescriptorProto
_PACKAGE = "carbonpeak.sparkplug_b"

# message -> (number, name, type), a type in capitals is a message, [] means repeated; those behind
# the bar are members of the oneof "value".
_MESSAGES: dict[str, tuple[str, str]] = {
    "PropertyValue": (
        "1 type uint32, 2 is_null bool",
        "3 int_value uint32, 4 long_value uint64, 5 float_value float, 6 double_value double, "
        "7 boolean_value bool, 8 string_value string, 9 set_value bytes, 10 sets_value bytes",
    ),
    "PropertySet": ("1 keys []string, 2 values []PropertyValue", ""),
    "Metric": (
        "1 name string, 2 alias uint64, 3 timestamp uint64, 4 datatype uint32, "
        "5 is_historical bool, 6 is_transient bool, 7 is_null bool, 9 properties PropertySet",
        "10 int_value uint32, 11 long_value uint64, 12 float_value float, 13 double_value double, "
        "14 boolean_value bool, 15 string_value string, 16 bytes_value bytes, "
        "17 dataset_value bytes, 18 template_value bytes, 19 extension_value bytes",
    ),
    "Payload": ("1 timestamp uint64, 2 metrics []Metric, 3 seq uint64", ""),
}


def _described(fields: str, *, of_value: bool) -> list[Any]:
    described = []
    for field in filter(None, fields.split(", ")):
        number, name, kind = field.split()
        repeated, kind = kind.startswith("[]"), kind.removeprefix("[]")
        one = _FIELD(
            name=name,
            number=int(number),
            label=_FIELD.LABEL_REPEATED if repeated else _FIELD.LABEL_OPTIONAL,
        )
        if kind[0].isupper():
            one.type, one.type_name = _FIELD.TYPE_MESSAGE, f".{_PACKAGE}.{kind}"
        else:
            one.type = getattr(_FIELD, f"TYPE_{kind.upper()}")
        if of_value:
            one.oneof_index = 0
        described.append(one)
    return described


def _classes() -> dict[str, Any]:
    file = descriptor_pb2.FileDescriptorProto(
        name="carbonpeak/sparkplug_b.proto", package=_PACKAGE, syntax="proto2"
    )
    for name, (plain, of_value) in _MESSAGES.items():
        message = file.message_type.add(name=name)
        if of_value:
            message.oneof_decl.add(name="value")
        message.field.extend(_described(plain, of_value=False))
        message.field.extend(_described(of_value, of_value=True))
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return {
        name: message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{_PACKAGE}.{name}"))
        for name in _MESSAGES
    }


Payload: Any = _classes()["Payload"]
