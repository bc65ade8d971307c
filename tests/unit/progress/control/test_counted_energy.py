"""What counts of energy that targets are held against, worked by hand (see test_targets)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models.registry import (
    Certificate,
    CertificateKind,
    CertificateUse,
    Direction,
    Scope,
    SourceStream,
    Use,
)
from tests.unit.carbon.conftest import REGISTRY, day, meter
from tests.unit.progress.control.test_targets import (
    TCE_DAY,
    asked,
    figure,
    outputs,
    target,
    used,
    written,
)

__all__ = ["used", "written"]


def test_certificates_and_raw_material_are_left_out(written):
    """4,000 MWh by certificate in 2025 over 1,000 in 2020: 3,000 x 0.3024 tce. 50 m3 of gas an hour
    are raw material: 8,760 x 50 x 38.931 MJ / 29.3076 GJ/tce.
    """
    written.register(replace(written.registry.meter_by_key[1]))
    gas = tuple(one for one in _gas())
    written.registry = replace(
        written.registry,
        meters=(*written.registry.meters, *gas),
        source_streams=(
            SourceStream("a", "feed", "stationary_combustion", Use.RAW_MATERIAL, "原料", "feed"),
        ),
        certificates=(_certificate(),),
        certificate_uses=(CertificateUse("G1", "a", "2025", 4000.0),),
    )
    written.write(3, day(2025), day(2026), 50.0)
    raw = 8760 * 50 * 0.038931 / 29.3076
    power = 365 * TCE_DAY
    with_base = [figure(2020, "renewable_electricity_mwh", 1000.0)]
    (row,) = asked(
        written, target("energy_total", "2025", value=2000.0), year=2025, figures=with_base
    )
    assert row["gross"] == pytest.approx(power + raw)
    assert row["raw_material"] == pytest.approx(raw)
    assert row["renewable"] == pytest.approx(3000 * 0.3024)
    assert (row["actual"], row["state"]) == (pytest.approx(power - 3000 * 0.3024), "met")
    # Without the base nothing is taken out: what then holds is met, what does not is not known.
    (strict, loose) = (
        asked(written, target("energy_total", "2025", value=value), year=2025)[0]
        for value in (2000.0, power + 1)
    )
    assert (strict["state"], strict["reason"], strict["renewable"]) == (
        "unknown", "renewable_base_missing", 0.0,
    )  # fmt: skip
    assert (loose["state"], loose["notes"]) == ("met", "renewable_base_missing")
    # The intensity leaves raw material out alone.
    (row,) = asked(
        written,
        target("energy_intensity", "2025", value=2.5, price_basis="constant 2020"),
        year=2025, figures=with_base, outputs=outputs(2025, range(1, 13)),
    )  # fmt: skip
    assert (row["actual"], row["renewable"]) == (pytest.approx(power / 1200), 0.0)


def _gas():
    from tests.unit.carbon.conftest import meter  # noqa: PLC0415

    yield meter(3, "a", "G1", "natural_gas", "Nm3", source_stream="feed")


def _certificate():
    return Certificate("G1", "a", CertificateKind.GEC, "wind", "2025-01", 4000.0, "statement")


@pytest.mark.parametrize(("proved", "taken_out"), [(876.0, 0.0), (1000.0, 124.0)])
def test_own_renewables_are_not_taken_out_twice(written, proved, taken_out):
    """a's own photovoltaics make 100 kWh an hour, 876 MWh in 2025, which are in no energy: of
    certificates that are not tradable only what goes beyond them is taken out of what was bought.
    """
    bound = CertificateKind.GEC_NON_TRADABLE
    written.registry = replace(
        written.registry,
        meters=(*written.registry.meters, REGISTRY.meter_by_key[5]),
        certificates=(Certificate("N1", "a", bound, "solar", "2025-01", proved, "s"),),
        certificate_uses=(CertificateUse("N1", "a", "2025", proved),),
    )
    written.write(5, day(2025), day(2026), 100.0)
    (row,) = asked(
        written, target("energy_total", "2025", value=9000.0), year=2025,
        figures=[figure(2020, "renewable_electricity_mwh", 0.0)],
    )  # fmt: skip
    assert row["gross"] == pytest.approx(365 * TCE_DAY)
    assert row["renewable"] == pytest.approx(taken_out * 0.3024)


def test_more_raw_material_than_energy_is_no_target_met(used):
    """150 tce of raw material in 100 tce of energy: -50 tce are not within 90."""
    known = [figure(2022, "energy_tce_equivalent", 100.0),
             figure(2022, "raw_material_tce_equivalent", 150.0)]  # fmt: skip
    (row,) = asked(used, target("energy_total", "2022", value=90.0), year=2022, figures=known)
    assert (row["state"], row["reason"], row["actual"]) == ("unknown", "raw_material_exceeds", None)
    assert "原料用能大于能源消费总量" in row["statement_zh"]


def test_what_enterprises_entered_is_left_out_of_their_cluster_too(used):
    """c is all of c2: 100 tce in 2022, 30 of them raw material, which its cluster's path of 10 % to
    2025 begins from as well: 70 x 0.9 = 63 tce.
    """
    known = [
        figure(2022, "co2e_t", 300.0, code="c"),
        figure(2022, "energy_tce_equivalent", 100.0, code="c"),
        figure(2022, "raw_material_tce_equivalent", 30.0, code="c"),
    ]
    some = target("energy_total", "2023-2025", code="c2", scope=Scope.CLUSTER, reduction=0.1,
                  base_year=2022)  # fmt: skip
    (row,) = asked(used, some, year=2025, figures=known)
    assert (row["base_value"], row["allowed"]) == (70.0, pytest.approx(63.0))


def test_renewables_that_the_base_lacks_are_said(written):
    """From 2026 on proved renewables are left out: of 2026 by certificate 1,000 MWh, of the base
    year 2022 nothing is entered.
    """
    written.registry = replace(
        written.registry,
        certificates=(replace(_certificate(), generated="2026-01", amount_mwh=1000.0),),
        certificate_uses=(CertificateUse("G1", "a", "2026", 1000.0),),
    )
    some = target("energy_total", "2026", reduction=0.1, base_year=2022)
    known = [figure(2022, "energy_tce_equivalent", 3000.0)]
    (row,) = asked(written, some, figures=known)
    assert row["renewable"] == pytest.approx(1000 * 0.3024)
    assert "base_renewables_unknown" in row["notes"]
    assert "the two years are not alike" in row["statement_en"]
    known.append(figure(2022, "renewable_electricity_mwh", 0.0))
    (row,) = asked(written, some, figures=known)
    assert row["notes"] is None


def test_electricity_that_is_sold_on_is_proved_once(written):
    """a buys 1,000 kWh an hour, sells 400 of them to b and burns gas; both use certificates for all
    that they bought: out of the park's energy are its 8,760 MWh, and not 8,760 + 3,504.
    """
    sold = meter(20, "a", "X", "electricity", "kWh", direction=Direction.EXPORT, counterpart="b")
    taken = meter(6, "b", "E1", "electricity", "kWh", counterpart="a")
    kind = CertificateKind.GEC
    written.registry = replace(
        written.registry,
        meters=(*written.registry.meters, REGISTRY.meter_by_key[3], sold, taken),
        certificates=(
            Certificate("A1", "a", kind, "wind", "2025-01", 8760.0, "s"),
            Certificate("B1", "b", kind, "wind", "2025-01", 3504.0, "s"),
        ),
        certificate_uses=(
            CertificateUse("A1", "a", "2025", 8760.0), CertificateUse("B1", "b", "2025", 3504.0),
        ),
    )  # fmt: skip
    for key, amount in ((3, 50.0), (20, 400.0), (6, 400.0)):
        written.write(key, day(2025), day(2026), amount)
    gas = 8760 * 50 * 0.038931 / 29.3076
    base = [figure(2020, "renewable_electricity_mwh", 0.0, code=code) for code in ("a", "b")]
    rows = asked(
        written,
        target("energy_total", "2025", code="p", scope=Scope.PARK, value=9000.0),
        target("energy_total", "2025", value=9000.0),
        year=2025, figures=base,
    )  # fmt: skip
    assert [row["gross"] for row in rows] == [
        pytest.approx(365 * TCE_DAY + gas), pytest.approx(0.6 * 365 * TCE_DAY + gas),
    ]  # fmt: skip
    assert [row["actual"] for row in rows] == [pytest.approx(gas), pytest.approx(gas)]


def test_who_was_not_there_has_used_no_energy(used):
    """b has emissions of zero entered and nothing else; with 40 t its energy is missing."""
    some = target("energy_total", "2022", code="c1", scope=Scope.CLUSTER, value=90.0)
    known = [figure(2022, "co2e_t", 300.0), figure(2022, "energy_tce_equivalent", 80.0)]
    (row,) = asked(used, some, year=2022, figures=[*known, figure(2022, "co2e_t", 0.0, code="b")])
    assert (row["actual"], row["state"]) == (80.0, "met")
    (row,) = asked(used, some, year=2022, figures=[*known, figure(2022, "co2e_t", 40.0, code="b")])
    assert (row["state"], row["reason"]) == ("unknown", "members")
