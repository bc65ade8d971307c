"""What is said of a park's place among its peers, in Chinese and English."""

from __future__ import annotations

from typing import Any

from models.progress.rights.amounts_in_words import tonnes, years

Pair = tuple[str, str]  # Chinese, English

# Why a rank is not known; a closed list (docs/methods/nowcast.md).
REASONS = {
    "no_own_series": ("本园区没有年度排放数据", "the park itself has no yearly emissions"),
    "no_peers": ("没有录入任何同类园区的数据", "no figures of peers are entered"),
    "series_missing": ("缺少{years}年的数据", "its figures of {years} are missing"),
    "not_enough_years": (
        "同一统计边界内的年度值不足5个", "fewer than five yearly values of one boundary are known"
    ),
    "peers_unknown": ("{peers}的名次未知", "the standing of {peers} is not known"),
}  # fmt: skip


def statement(row: dict[str, Any]) -> Pair:
    """Sentences of a row of ledger.peer_rank."""
    return _zh(row), _en(row)


def reason(row: dict[str, Any]) -> Pair:
    """Why the rank is not known, with what is missing named."""
    missing = [int(one) for one in str(row["missing_years"] or "").split("|") if one]
    peers = str(row["unknown_peers"] or "").split("|")
    zh, en = REASONS[row["reason"]]
    return (
        zh.format(years=years(missing, "—"), peers="、".join(peers)),
        en.format(years=years(missing, " to "), peers=", ".join(peers)),
    )


def _zh(row: dict[str, Any]) -> str:
    said = f"{row['name_zh']}"
    if row["peak_year"] is not None:
        # Without years of the park itself a peer is judged to its own last one.
        said += (
            f"（截至{row['judged_until'] or row['last_year']}年）：{row['verdict_zh']}，"
            f"最高值为{row['peak_year']}年的"
            f"{tonnes(row['peak_value_t'])}吨"
        )
    if row["rank"] is not None:
        said += f"；按达峰先后在{row['parks']}个园区中排第{row['rank']}"
    elif row["rank_best"] is not None:
        said += (
            f"；排名未知：{reason(row)[0]}，在{row['parks']}个园区中可能为第{row['rank_best']}至第"
            f"{row['rank_worst']}"
        )
    else:
        said += f"；排名未知：{reason(row)[0]}"
    if row["intensity_t_per_1e4_yuan"] is None:
        return said + "；单位产值排放未知。"
    said += f"；单位产值排放{row['intensity_t_per_1e4_yuan']:.3g}吨/万元（{_prices(row, 0)}）"
    if row["parks"] == 1:
        return said + "。"
    said += "，"
    if row["intensity_rank"] is not None:
        return said + f"由低到高排第{row['intensity_rank']}。"
    best, worst = row["intensity_rank_best"], row["intensity_rank_worst"]
    return said + f"由低到高可能为第{best}至第{worst}，有园区该年数据未知。"


def _en(row: dict[str, Any]) -> str:
    said = f"{row['name_en']}"
    if row["peak_year"] is not None:
        said += (
            f", judged to {row['judged_until'] or row['last_year']}: {row['verdict_en']}; its "
            f"maximum is {tonnes(row['peak_value_t'])} t in {row['peak_year']}"
        )
    if row["rank"] is not None:
        said += f". By its peak it is number {row['rank']} of {row['parks']} parks."
    elif row["rank_best"] is not None:
        said += (
            f". Rank unknown: {reason(row)[1]}; among {row['parks']} parks it is between number "
            f"{row['rank_best']} and number {row['rank_worst']}."
        )
    else:
        said += f". Rank unknown: {reason(row)[1]}."
    if row["intensity_t_per_1e4_yuan"] is None:
        return said + " Emissions per output are not known."
    level = f"{row['intensity_t_per_1e4_yuan']:.3g} t per 10^4 yuan of output ({_prices(row, 1)})"
    if row["parks"] == 1:
        return f"{said} Its emissions are {level}."
    said += f" With {level} it is "
    if row["intensity_rank"] is not None:
        return said + f"number {row['intensity_rank']} from the lowest."
    best, worst = row["intensity_rank_best"], row["intensity_rank_worst"]
    return said + (
        f"between number {best} and number {worst} from the lowest: a park's figure of the year is "
        "not known."
    )


def _prices(row: dict[str, Any], language: int) -> str:
    year = str(row["price_basis"]).removeprefix("constant ")
    return (f"{year}年不变价", f"constant prices of {year}")[language]
