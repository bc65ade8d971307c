"""Cells that a reader of workbooks takes for empty ones though they are none: they get a text.

So they are refused by name as any other cell that is no number; an empty cell is no reading.
"""

from __future__ import annotations

import re

NOT_COMPUTED = b"formula without a value"

_WS = rb"[ \t\r\n]"
_PREFIX = rb"(?:[^ \t\r\n<>/:]+:)?"
_ATTRIBUTES = rb"((?:" + _WS + rb"[^<>]*)?)"
_TYPE = re.compile(_WS + rb"t" + _WS + rb"*=" + _WS + rb"""*["']([^"']*)["']""")
_ERROR = re.compile(
    rb"(<" + _PREFIX + rb"c" + _WS + rb"(?:[^<>]*" + _WS + rb")?t"
    + _WS + rb"*=" + _WS + rb"""*["'])e(["'])"""
)  # fmt: skip
_ANY_ERROR = re.compile(rb"""=[ \t\r\n]*["']e["']""")  # few sheets have any
_ANY_FORMULA = re.compile(rb"[<:]f[ \t\r\n/>]")
_NO_VALUE = re.compile(
    rb"<(" + _PREFIX + rb")c" + _ATTRIBUTES + rb">" + _WS + rb"*"
    + rb"<" + _PREFIX + rb"f(?:" + _WS + rb"[^<>]*)?(?:/>|>[^<]*</" + _PREFIX + rb"f>)"
    + _WS + rb"*(?:<" + _PREFIX + rb"v" + _WS + rb"*(?:/>|></" + _PREFIX + rb"v>)" + _WS + rb"*)?"
    + rb"</" + _PREFIX + rb"c>"
)  # fmt: skip


def told(sheet: bytes) -> bytes:
    """The XML of a sheet in which errors (#N/A, #DIV/0!) and formulas that no program has computed
    are texts (ECMA-376 part 1, 18.3.1.4 and 18.18.11: types ``e`` and ``str`` of a cell).
    """
    if _ANY_ERROR.search(sheet):
        sheet = _ERROR.sub(rb"\1str\2", sheet)
    return _NO_VALUE.sub(_named, sheet) if _ANY_FORMULA.search(sheet) else sheet


def _named(cell: re.Match[bytes]) -> bytes:
    prefix, attributes = cell[1], cell[2]
    kind = _TYPE.search(attributes)
    if kind is not None and kind[1] != b"n":
        return cell[0]  # an empty text is what the formula says
    attributes = _TYPE.sub(b"", attributes) + b' t="str"'
    value = b"<" + prefix + b"v>" + NOT_COMPUTED + b"</" + prefix + b"v>"
    return b"<" + prefix + b"c" + attributes + b">" + value + b"</" + prefix + b"c>"
