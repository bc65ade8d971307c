"""Certificates are used once, by the enterprise that holds them, while they are valid."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from math import fsum

from models.errors import Fault
from models.registry import Certificate
from models.registry.certificates import month_text, months_of
from store.registry_db import kinds
from store.registry_files.merging import Merged
from store.registry_files.placed import Placed, RegistryFiles

_ROUNDING_MWH = 1e-6  # a milliwatt-hour: sums of decimal fractions are not exact


def certificate_faults(files: RegistryFiles, merged: Merged) -> Iterator[Fault]:
    """Every fault of certificates and of their uses, named where the files have it."""
    uses: dict[object, list[Placed]] = defaultdict(list)
    for use in merged.after[kinds.CERTIFICATE_USE].values():
        uses[use.values["certificate"]].append(use)
    certificates = merged.after[kinds.CERTIFICATE]
    refused = files.refused[kinds.CERTIFICATE]
    for number, of_it in uses.items():
        certificate = certificates.get((number,))
        if certificate is None:
            if (number,) not in refused:
                for use in of_it:
                    yield use.fault("certificate", f"{number!r}: no such certificate")
            continue
        if certificate.row is None and all(use.row is None for use in of_it):
            continue
        for use in of_it:
            yield from _one_use(use, certificate)
        yield from _amount(of_it, certificate)


def _one_use(use: Placed, certificate: Placed) -> Iterator[Fault]:
    at = certificate if use.row is None else use
    held = Certificate(**certificate.values)
    user = use.values["enterprise"]
    if user != held.enterprise:
        yield at.fault(
            "enterprise",
            f"{held.id}: held by {held.enterprise}, it cannot be used by {user} as well",
        )
    period, valid = use.values["period"], held.valid_months
    if not set(months_of(period)) & set(valid):
        yield at.fault(
            "period" if at is use else "generated",
            f"{held.id}: {period} is outside its validity, "
            f"{month_text(valid[0])} to {month_text(valid[-1])}",
        )


def _amount(uses: list[Placed], certificate: Placed) -> Iterator[Fault]:
    whole = certificate.values["amount_mwh"]
    used = fsum(use.values["amount_mwh"] for use in uses)
    if used > whole + _ROUNDING_MWH:
        in_files = [use for use in uses if use.row is not None]
        at = in_files[-1] if in_files else certificate
        parts = " + ".join(
            f"{use.values['amount_mwh']:.15g} ({use.values['period']})" for use in uses
        )
        yield at.fault(
            "amount_mwh",
            f"{certificate.values['id']}: {parts} = {used:.15g} MWh used of {whole:.15g} MWh",
        )
