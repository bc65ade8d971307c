"""The words of the codes that positions, rights and movements have."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from dashboards.boards.vocabulary import Text

VERDICTS: Mapping[str, Text] = MappingProxyType({
    "surrendered": Text("已清缴", "surrendered"),
    "covered": Text("配额足够", "covered"),
    "short": Text("须购入", "must buy"),
    "overdue": Text("逾期未清缴", "overdue"),
    "not_obligated": Text("无清缴义务", "not obligated"),
    "unknown": Text("未知", "unknown"),
})  # fmt: skip

ORIGINS: Mapping[str, Text] = MappingProxyType({
    "verified": Text("经核查", "verified"),
    "computed": Text("核算", "computed"),
    "expected": Text("预计全年", "expected"),
})  # fmt: skip

STAGES: Mapping[str, Text] = MappingProxyType({
    "final": Text("正式", "final"),
    "draft": Text("征求意见稿", "draft"),
    "carried": Text("沿用上年", "of an earlier year"),
})  # fmt: skip

CLASSES: Mapping[str, Text] = MappingProxyType({
    "above_300_mw": Text("300MW等级以上常规燃煤机组", "coal, above 300 MW"),
    "up_to_300_mw": Text("300MW等级及以下常规燃煤机组", "coal, up to 300 MW"),
    "unconventional_coal": Text("非常规燃煤机组", "unconventional coal"),
    "gas": Text("燃气机组", "gas"),
})  # fmt: skip

INSTRUMENTS: Mapping[str, Text] = MappingProxyType({
    "allowance": Text("碳排放配额（t）", "ETS allowance (t)"),
    "ccer": Text("核证自愿减排量（t）", "CCER (t)"),
    "energy_right": Text("用能权指标（tce）", "energy-use right (tce)"),
    "discharge_right": Text("排污权（t/年）", "discharge right (t a year)"),
    "green_certificate": Text("绿证（MWh）", "green certificate (MWh)"),
})  # fmt: skip

RIGHT_STATES: Mapping[str, Text] = MappingProxyType({
    "within": Text("未超出", "within"),
    "short": Text("超出", "beyond"),
    "expected_within": Text("预计不超出", "expected within"),
    "expected_short": Text("预计超出", "expected beyond"),
    "running": Text("无法推算全年", "cannot be expected"),
    "unknown": Text("用量未知", "unknown"),
})  # fmt: skip

CERTIFICATE_STATES: Mapping[str, Text] = MappingProxyType({
    "agrees": Text("相符", "agrees"),
    "not_moved": Text("无流水", "no movement"),
    "not_recorded": Text("未登记", "not recorded"),
    "amount_differs": Text("数量不符", "amount differs"),
    "use_differs": Text("使用量不符", "use differs"),
})  # fmt: skip

FINDINGS: Mapping[str, Text] = MappingProxyType({
    "overdrawn": Text("透支", "overdrawn"),
    "carried_apart": Text("结转不符", "carried apart"),
    "one_sided": Text("单边记录", "one side only"),
})  # fmt: skip
