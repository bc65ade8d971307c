"""Columns of the files that accounting alone needs: own parameters, streams, groups, certificates.

Field names are those of the records in ``models.registry``.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from models.registry import BuildingKind, CertificateKind, Parameter, Use
from store.registry_files.cells import (
    Code,
    Column,
    Day,
    EndDay,
    Month,
    Number,
    Period,
    Positive,
    Words,
)
from store.registry_files.row import Row


class DeclaredFactorRow(Row):
    """An own parameter of an enterprise, or of the park for all of them."""

    enterprise: Annotated[
        Code | None,
        Column("code of the enterprise; empty: declared by the park for all", "axle-01"),
    ] = None
    carrier: Annotated[
        Words,
        Column("energy carrier, fuel or material: a code of the factor library", "electricity"),
    ]
    parameter: Annotated[
        Parameter, Column("which operand of the method it is", "emission_factor")
    ] = Parameter.EMISSION_FACTOR
    value: Annotated[Number, Field(ge=0), Column("its value", "0.5568", "its `unit`")]
    unit: Annotated[
        Words,
        Column(
            "emission_factor: mass of CO2 per amount; ncv: heat per amount; "
            "carbon_content: mass of carbon per heat; oxidation: `%` or `1`",
            "kg/kWh",
        ),
    ]
    uncertainty_pct: Annotated[
        Number | None, Field(ge=0, le=500), Column("its uncertainty, 95 % confidence", "2.5", "%")
    ] = None
    category: Annotated[
        Code | None,
        Column("of a material or activity that no published set has: its category", "scope3_1"),
    ] = None
    valid_from: Annotated[Day, Column("first local day", "2026-01-01")]
    valid_to: EndDay = None
    evidence: Annotated[Words, Column("what it rests on", "supply contract 2026-17")]


class SourceStreamRow(Row):
    """A source stream of an enterprise."""

    enterprise: Annotated[Code, Column("code of the enterprise", "axle-01")]
    code: Annotated[Words, Column("what meters and activity records name it by", "boiler 1")]
    category: Annotated[
        Code, Column("category of its emissions: a code of the list", "stationary_combustion")
    ]
    use: Annotated[Use, Column("what becomes of its energy or material", "conversion")] = Use.USE
    name_zh: Annotated[Words, Column("Chinese name", "1号锅炉")]
    name_en: Annotated[Words, Column("English name", "boiler 1")]


class BuildingRow(Row):
    """A building or charging station."""

    enterprise: Annotated[Code, Column("code of the enterprise", "axle-01")]
    code: Annotated[Code, Column("code of the building, unique in its enterprise", "hall-2")]
    kind: Annotated[BuildingKind, Column("what it is", "building")] = BuildingKind.BUILDING
    name_zh: Annotated[Words, Column("Chinese name", "二号车间")]
    name_en: Annotated[Words, Column("English name", "hall 2")]


class GroupRow(Row):
    """A member of a group of enterprises."""

    group: Annotated[Code, Column("code of the group", "axle-group")]
    name_zh: Annotated[Words, Column("Chinese name of the group", "示例车桥集团")]
    name_en: Annotated[Words, Column("English name of the group", "Example Axle Group")]
    enterprise: Annotated[Code, Column("code of the enterprise that belongs to it", "axle-01")]


class CertificateRow(Row):
    """A green electricity certificate, or a month's delivery of a green power contract."""

    id: Annotated[Code, Column("number that it was issued with", "GEC-2026-000118")]
    enterprise: Annotated[Code, Column("code of the enterprise that holds it", "axle-01")]
    kind: Annotated[CertificateKind, Column("kind of proof", "gec")]
    technology: Annotated[Words, Column("source of the electricity", "wind")]
    generated: Annotated[Month, Column("local month in which it was generated", "2026-03")]
    amount_mwh: Annotated[Positive, Column("electricity that it proves", "120", "MWh")]
    evidence: Annotated[Words, Column("what proves that it is held", "trading account, extract 7")]
    cancelled_on: Annotated[
        Day | None,
        Column("local day on which it was cancelled; from then on it counts nowhere", "2026-09-01"),
    ] = None


class CertificateUseRow(Row):
    """What of a certificate is used for the electricity bought in a period."""

    certificate: Annotated[Code, Column("number of the certificate", "GEC-2026-000118")]
    enterprise: Annotated[Code, Column("code of the enterprise that holds and uses it", "axle-01")]
    period: Annotated[Period, Column("local month or year of the consumption", "2026-05")]
    amount_mwh: Annotated[Positive, Column("electricity that it covers", "80", "MWh")]
