"""The words of the codes that indicators and titles have."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from dashboards.boards.vocabulary import Text

STATES: Mapping[str, Text] = MappingProxyType({
    "met": Text("达到", "met"),
    "missed": Text("未完成", "missed"),
    "not_met": Text("未达到", "not met"),
    "on_track": Text("进度正常", "on track"),
    "behind": Text("滞后", "behind"),
    "open": Text("无法判断进度", "no known course"),
    "no_target": Text("目标未录入", "target not entered"),
    "unknown": Text("数值未知", "no value"),
    "not_asked": Text("不适用", "not asked"),
})  # fmt: skip

KINDS: Mapping[str, Text] = MappingProxyType({
    "binding": Text("约束性", "binding"),
    "expected": Text("预期性", "expected"),
    "core": Text("核心", "core"),
    "guiding": Text("引导性", "guiding"),
    "required": Text("必选", "required"),
    "optional": Text("可选", "optional"),
    "orientation": Text("参考", "for orientation"),
})  # fmt: skip

ORIGINS: Mapping[str, Text] = MappingProxyType({
    "computed": Text("计算", "computed"),
    "entered": Text("录入", "entered"),
})  # fmt: skip

LEVELS: Mapping[str, Text] = MappingProxyType({
    "national": Text("国家级", "national"),
    "provincial": Text("省级", "provincial"),
    "city": Text("市级", "city"),
})  # fmt: skip

TITLE_STATES: Mapping[str, Text] = MappingProxyType({
    "held": Text("持有", "held"),
    "ended": Text("已失效", "ended"),
    "not_yet": Text("尚未生效", "not yet"),
})  # fmt: skip
