"""Changes of grid factors that the ministry published, from the rows of the factor files."""

from __future__ import annotations

import pytest

from models.carbon.factor_files import rows_of

# MEE, explanation of the notices of the factors of 2023 and 2022: region, basis, years, percent.
# E.g. North: 0.6361 / 0.6776 - 1 = -6.12 %. The ministry's rates come from unrounded factors: the
# Northeast is published as -8.0 %, 0.5122 / 0.5564 - 1 = -7.944 %; a tenth of a point is allowed.
CHANGES = [
    ("全国", "average", 2022, 2023, -1.1),
    ("全国", "excluding_market_non_fossil", 2022, 2023, 4.1),
    ("华北", "average", 2022, 2023, -6.1),
    ("东北", "average", 2022, 2023, -8.0),
    ("华东", "average", 2022, 2023, -2.1),
    ("华中", "average", 2022, 2023, -2.3),
    ("西北", "average", 2022, 2023, -5.4),
    ("全国", "average", 2021, 2022, -3.6),
    ("全国", "fossil_only", 2021, 2022, -1.2),
]


@pytest.mark.parametrize(("region", "basis", "before", "after", "published"), CHANGES)
def test_a_grid_factor_s_change(region, basis, before, after, published):
    values = {
        int(row["data_year"]): float(row["value"])
        for row in rows_of("electricity")
        if (row["set"], row["region"], row["basis"]) == ("mee_nbs", region, basis)
    }
    change = (values[after] / values[before] - 1) * 100
    assert change == pytest.approx(published, abs=0.1)
