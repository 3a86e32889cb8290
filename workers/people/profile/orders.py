"""What the orders say about a person."""

from datetime import date
from math import fsum
from typing import Any

from workers.people.profile.events import day
from workers.people.state import StoredPerson


def order_count(stored: StoredPerson) -> int:
    """How many orders there are."""
    return len(stored.orders) + (stored.evicted.orders if stored.evicted else 0)


def amount_fields(stored: StoredPerson) -> dict[str, Any]:
    """How many orders, and their amounts; no amount is known: None."""
    amounts = [order.amount for order in stored.orders.values() if order.amount is not None]
    count = len(amounts)
    if stored.evicted is not None:
        amounts, count = [*amounts, stored.evicted.amount], count + stored.evicted.amounts
    total = fsum(amounts) if count else None
    return {
        "total_orders": order_count(stored),
        "order_amount_total": None if total is None else round(total, 2),
        "order_amount_average": None if total is None else round(total / count, 2),
    }


def last_order(stored: StoredPerson, as_of: int) -> date | None:
    """The date of the last order that is not after `as_of`."""
    dates = [order.at for order in stored.orders.values() if order.at is not None and order.at <= as_of]
    return day(max(dates)) if dates else None
