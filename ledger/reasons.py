"""What each reason of a rejection means, and what the sender or the park's officer has to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from models.errors import Reason


@dataclass(frozen=True, slots=True)
class Advice:
    """In Chinese and English."""

    meaning_zh: str
    meaning_en: str
    todo_zh: str
    todo_en: str


ADVICE: Final[dict[Reason, Advice]] = {
    Reason.MALFORMED: Advice(
        "内容无法按其格式读取。",
        "The bytes cannot be read as the form that they should have.",
        "发送方：按接口说明修正格式后重新发送；重放无法修复内容本身。",
        "Sender: mend the form and send it again; a replay cannot mend the bytes themselves.",
    ),
    Reason.TOO_LARGE: Advice(
        "消息超过 1 MiB，只保存了开头部分。",
        "The message is over 1 MiB; only its beginning is kept.",
        "发送方：拆成多条消息后重新发送；无法重放。",
        "Sender: send it again in parts; it cannot be replayed.",
    ),
    Reason.UNKNOWN_ENTERPRISE: Advice(
        "所指企业未登记。",
        "The enterprise addressed is not registered.",
        "园区管理员：登记该企业后重放；若代码写错，由发送方改正主题后重发。",
        "Officer: register the enterprise, then replay; where its code is misspelt, the sender "
        "mends the topic and sends again.",
    ),
    Reason.UNKNOWN_METER: Advice(
        "该企业名下没有此表计，或表计在该时间无效；站点报文：设备标识 MN 未登记。",
        "The enterprise has no such meter, or the meter is not valid at that time; of a station's "
        "frame: its MN is not registered.",
        "园区管理员：登记表计（站点：点位及其 MN）或更正其有效期后重放；"
        "若代码写错，由发送方改正后重发。",
        "Officer: register the meter (of a station: its point with the MN) or correct its "
        "validity, then replay; where its code is misspelt, the sender mends it and sends again.",
    ),
    Reason.WRONG_OWNER: Advice(
        "数据中写明的企业与所指企业不同。",
        "The data names another enterprise than the one addressed.",
        "发送方：检查网关配置属于哪家企业，改正后重新发送。",
        "Sender: check which enterprise the gateway is set up for, mend it and send again.",
    ),
    Reason.BAD_TIME: Advice(
        "时间缺失、没有时区，或超前收到时间 10 分钟以上。",
        "The time is missing, has no offset, or lies over 10 minutes ahead of its receipt.",
        "发送方：校准时钟并写明时区。只因时钟超前而被拒的数据，时间到了以后可以重放，但时间可能不准。",
        "Sender: set the clock and write the offset. What was refused as ahead can be replayed "
        "once its time has come, though the time may be wrong.",
    ),
    Reason.BAD_VALUE: Advice(
        "数值缺失或不是数字，或质量标记未知。",
        "The value is missing or no number, or the quality mark is not known.",
        "发送方：修正后重新发送；缺失的读数可由园区管理员用更正补录。",
        "Sender: mend it and send again; what cannot be sent again the officer enters as a "
        "correction.",
    ),
    Reason.BAD_UNIT: Advice(
        "单位未知，或与表计的量纲不同。",
        "The unit is not known, or measures another thing than the meter does.",
        "园区管理员：核对表计登记的单位，改正后重放；若单位写错，由发送方改正后重发。",
        "Officer: check the unit that the meter is registered with, correct it and replay; where "
        "the unit sent is wrong, the sender mends it and sends again.",
    ),
    Reason.OUT_OF_RANGE: Advice(
        "数值不可能：不是有限数、为负，或超过表底最大值。",
        "The value is impossible: not finite, negative, or beyond the register's maximum.",
        "园区管理员：核对登记的最大值和方向，改正后重放；若数值确实错误，由发送方处理。",
        "Officer: check the register's maximum and direction, correct them and replay; where the "
        "value is wrong indeed, the sender looks into it.",
    ),
    Reason.BAD_CRC: Advice(
        "校验码不符，内容在传输中损坏。",
        "The checksum does not fit: the bytes were damaged on the way.",
        "发送方：检查线路后重新发送。",
        "Sender: check the line and send again.",
    ),
    Reason.BAD_PASSWORD: Advice(
        "站点密码不符。",
        "The station's password does not fit.",
        "园区管理员与发送方核对密码；若登记有误，改正后重放，否则由发送方改正后重新发送。",
        "Officer and sender compare the password. Where the registered one is wrong, it is "
        "corrected and what was kept replayed; else the sender mends it and sends again.",
    ),
    Reason.UNSUPPORTED: Advice(
        "格式正确，但内容是本系统不处理的种类，或站点未申报的因子、数据字段。",
        "The form is right, but it is of a kind that is not handled, or a code or a field that is "
        "not declared for the station.",
        "发送方：按接口说明改用支持的种类。园区管理员：在 channels.csv 中申报该因子及字段后重放。",
        "Sender: use a kind that the interface names. Officer: declare the code and its field in "
        "channels.csv, then replay.",
    ),
}
