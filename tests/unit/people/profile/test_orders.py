"""The fields of the profile that are computed from orders."""

from datetime import UTC, date, datetime

from schemas.documents import Order
from schemas.profile import EnrichedProfile
from tests.world import SARAH, World, profile_of


def profile_with_orders(*rows: tuple[str | None, float | None]) -> EnrichedProfile:
    """The profile of a person with orders, each a date and an amount."""
    world = World()
    world.put("users", SARAH)
    for n, (day, amount) in enumerate(rows):
        world.put(
            "orders",
            Order.model_validate({"id": f"o{n}", "user_id": "user_001", "date": day, "amount": amount}),
        )
    return profile_of(world)


def test_sum_and_average_are_of_orders_with_an_amount() -> None:
    """All orders are counted; the last order is the last one that is not in the future."""
    profile = profile_with_orders(
        ("2024-01-10", 75.0), (None, 85.005), ("2024-01-20", None), ("2024-03-01", 0.1)
    )
    assert (profile.total_orders, profile.order_amount_total) == (4, 160.1)
    assert profile.order_amount_average == round((75.0 + 85.005 + 0.1) / 3, 2)
    assert profile.last_order_date == date(2024, 1, 20)
    assert profile.changes_at == datetime(2024, 3, 1, tzinfo=UTC)
    assert profile.at(datetime(2024, 3, 1, tzinfo=UTC)).last_order_date == date(2024, 3, 1)


def test_without_amounts_there_is_no_sum() -> None:
    """It is None, not zero."""
    profile = profile_with_orders(("2024-01-10", None))
    assert (profile.order_amount_total, profile.order_amount_average) == (None, None)
    assert profile.decayed_spend == 0.0


def test_spend_halves_in_ninety_days() -> None:
    """An order of 90 days ago counts half, one of today in full, one of tomorrow not."""
    assert (
        profile_with_orders(("2023-11-12", 80.0), ("2024-02-10", 10.0), ("2024-02-11", 99.0)).decayed_spend
        == 50.0
    )
