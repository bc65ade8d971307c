"""How a figure is shown where it is text."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from reports.document import Cell, Figure

UNKNOWN = "—"


def shown(cell: Cell) -> str:
    """Text of a cell; an unknown figure is a dash, a blank cell is empty.

    A figure that is not zero and would be shown as zero gets the digits it needs: three
    significant ones. Halves go away from zero, as models.carbon.rounding has it.
    """
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell
    if cell.value is None:
        return UNKNOWN
    # Per cent of the decimal form: as doubles 0.0045 × 100 is less than 0.45.
    exact = Decimal(repr(float(cell.value))) * (100 if cell.percent else 1)
    value = float(exact)
    sign = "%" if cell.percent else ""
    if cell.decimals is None:
        return f"{value:.10g}{sign}"
    if value != 0 and abs(value) < 0.5 * 10**-cell.decimals:
        return f"{Decimal(f'{value:.3g}'):f}{sign}"  # 0.000078, never 7.8e-05
    rounded = exact.quantize(Decimal(1).scaleb(-cell.decimals), ROUND_HALF_UP)
    return f"{rounded + 0:,}{sign}"


def is_figure(cell: Cell) -> bool:
    """Whether the cell stands to the right."""
    return isinstance(cell, Figure)
