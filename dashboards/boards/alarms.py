"""Alarms: what is open and how grave, what was, how soon the park responds, what is untold."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from dashboards.boards.accounts import ask
from dashboards.boards.fields import ENTERPRISE
from dashboards.boards.vocabulary import SHARE, Board, Field, Kind, Limit, Panel, Picture, Text

REFRESH_S = 0.5  # from a completing frame to the page within two seconds
LATELY_S = 5.0
SLOW_S = 30.0

SEVERITIES: Mapping[str, Text] = MappingProxyType(
    {
        "critical": Text("紧急", "Critical"),
        "major": Text("重要", "Major"),
        "minor": Text("一般", "Minor"),
    }
)
STATES: Mapping[str, Text] = MappingProxyType(
    {
        "raised": Text("待确认", "Raised"),
        "acknowledged": Text("已确认", "Acknowledged"),
        "handled": Text("已处理", "Handled"),
        "resolved": Text("已解除", "Resolved"),
        "reopened": Text("再次发生", "Reopened"),
    }
)
ENDED: Mapping[str, Text] = MappingProxyType(
    {
        "clear": Text("条件消失", "Condition gone"),
        "resolve": Text("人工解除", "By hand"),
        "withdraw": Text("数据更正后撤销", "Withdrawn"),
    }
)
KINDS: Mapping[str, Text] = MappingProxyType(
    {
        "exceedance": Text("超标", "Exceedance"),
        "early_warning": Text("超标预警", "Early warning"),
        "budget": Text("许可排放量预警", "Permitted amount running out"),
        "permit_expiring": Text("许可即将到期", "Permit expires soon"),
        "plausibility": Text("监测数据存疑", "Implausible monitoring data"),
        "reset": Text("表底回退", "Register reset"),
        "implausible_rate": Text("表计速率异常", "Implausible rate"),
        "silent": Text("无数据", "Silent"),
        "stuck": Text("数值不变", "Stuck"),
        "spike": Text("数值超出合理范围", "Values beyond the plausible range"),
        "clock_off": Text("时钟偏差", "Clock off"),
        "clock_drift": Text("时钟漂移", "Clock drifts"),
        "rejections_burst": Text("大量拒收", "Many rejections"),
        "store_trouble": Text("存储故障", "Store in trouble"),
        "broker_trouble": Text("消息代理中断", "Broker in trouble"),
        "process_gone": Text("进程离线", "Process gone"),
    }
)
WAYS: Mapping[str, Text] = MappingProxyType(
    {
        "mqtt": Text("MQTT", "MQTT"),
        "webhook": Text("Webhook", "Webhook"),
        "mail": Text("邮件", "Mail"),
    }
)

ID = Field("id", Text("编号", "Number"), kind=Kind.TEXT)
SEVERITY = Field("severity", Text("级别", "Severity"), kind=Kind.TEXT, codes=SEVERITIES)
KIND = Field("kind", Text("类型", "Kind"), kind=Kind.TEXT, codes=KINDS)
POINT = Field("point", Text("点位或表计", "Point or meter"), kind=Kind.TEXT)
DETAIL = (
    Field("detail_zh", Text("说明", "Detail in Chinese"), kind=Kind.TEXT),
    Field("detail", Text("英文说明", "Detail"), kind=Kind.TEXT),
)
COUNT = Field("count", Text("次数", "Count"))
OPENED = Field("opened_at", Text("发生", "Raised"), kind=Kind.TIME)
ASSIGNEE = Field("assignee", Text("负责人", "Assignee"), kind=Kind.TEXT)

ALARMS = Board(
    id="alarms",
    title=Text("报警", "Alarms"),
    names=ask("enterprises"),
    panels=(
        Panel(
            id="open-alarms",
            title=Text("未结报警", "Open alarms"),
            question=Text(
                "现在有哪些报警需要处理，哪些已逾期？",
                "What needs attention now, and what is overdue?",
            ),
            query=ask("alarms", open="true", limit="200"),
            picture=Picture.TABLE,
            fields=(
                ID,
                SEVERITY,
                Field("state", Text("状态", "State"), kind=Kind.TEXT, codes=STATES),
                KIND,
                ENTERPRISE,
                POINT,
                *DETAIL,
                COUNT,
                OPENED,
                Field("due_at", Text("处理期限", "Due"), kind=Kind.TIME),
                ASSIGNEE,
            ),
            refresh_s=REFRESH_S,
            limit=60,
            width=24,
        ),
        Panel(
            id="response-times",
            title=Text("今年响应时间", "Response times this year"),
            question=Text(
                "各企业各类报警多久确认、处理，是否按期？",
                "How soon are alarms acknowledged and handled, and are they in time?",
            ),
            query=ask("alarms/responses", start="this_year"),
            picture=Picture.TABLE,
            fields=(
                ENTERPRISE,
                KIND,
                Field("rounds", Text("发生", "Raised")),
                Field("open", Text("未结", "Open")),
                Field("overdue", Text("逾期", "Overdue")),
                Field("acknowledge_median_s", Text("确认中位", "To acknowledge, median"), "s"),
                Field("handle_median_s", Text("处理中位", "To handle, median"), "s"),
                Field("handle_max_s", Text("处理最长", "To handle, longest"), "s"),
                Field("in_time", Text("按期率", "In time"), SHARE, limit=Limit(0.9, 0.75)),
            ),
            refresh_s=SLOW_S,
            width=24,
        ),
        Panel(
            id="resolved-alarms",
            title=Text("最近解除的报警", "Resolved lately"),
            question=Text("最近哪些报警已解除，为什么？", "What was resolved lately, and why?"),
            query=ask("alarms", open="false", limit="50"),
            picture=Picture.TABLE,
            fields=(
                ID,
                SEVERITY,
                KIND,
                ENTERPRISE,
                POINT,
                *DETAIL,
                COUNT,
                OPENED,
                Field("resolved_at", Text("解除", "Resolved"), kind=Kind.TIME),
                Field("ended", Text("解除原因", "Why"), kind=Kind.TEXT, codes=ENDED),
            ),
            refresh_s=LATELY_S,
            width=24,
        ),
        Panel(
            id="untold",
            title=Text("尚未送达的通知", "Not delivered yet"),
            question=Text(
                "哪些通知还没有送到，为什么？", "What could not be told yet, by which way, and why?"
            ),
            query=ask("alarms/deliveries", state="waiting", limit="50"),
            picture=Picture.TABLE,
            fields=(
                Field("alarm", Text("报警编号", "Alarm"), kind=Kind.TEXT),
                Field("way", Text("方式", "Way"), kind=Kind.TEXT, codes=WAYS),
                Field("at", Text("发生", "Of"), kind=Kind.TIME),
                Field("attempts", Text("失败次数", "Failed attempts")),
                Field("next_at", Text("下次", "Next attempt"), kind=Kind.TIME),
                Field("trouble", Text("原因", "Trouble"), kind=Kind.TEXT),
            ),
            refresh_s=SLOW_S,
            width=24,
        ),
    ),
    refresh_s=REFRESH_S,
)
