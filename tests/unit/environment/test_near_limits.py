"""From where on a value is near a limit."""

import pytest

from models.environment.near_limits import has_share, near_from


@pytest.mark.parametrize(
    ("quantity", "limit", "lower", "near"),
    [
        ("concentration", 150.0, False, 120.0),
        ("water_concentration", 5.0, True, 6.25),  # dissolved oxygen, at least 5 mg/L
        ("ph", 9.0, False, 8.5),
        ("ph", 6.0, True, 6.5),
        ("sound_level", 55.0, False, 52.0),
    ],
)
def test_near_is_a_share_of_what_begins_at_nothing_and_a_distance_of_what_does_not(
    quantity: str, limit: float, lower: bool, near: float
) -> None:
    assert near_from(quantity, limit, lower=lower) == pytest.approx(near)
    assert has_share(quantity) is (quantity not in {"ph", "sound_level"})
