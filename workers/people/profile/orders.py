"""What the orders say about a person."""

from datetime import date
from math import fsum
from typing import Any

from workers.people.profile.events import day
from workers.people.state import Kept


def order_count(kept: Kept) -> int:
    """How many orders there are."""
    return len(kept.orders) + (kept.folded.orders if kept.folded else 0)


def amount_fields(kept: Kept) -> dict[str, Any]:
    """How many orders, and their amounts; no amount is known: None."""
    amounts = [order.amount for order in kept.orders.values() if order.amount is not None]
    count = len(amounts)
    if kept.folded is not None:
        amounts, count = [*amounts, kept.folded.amount], count + kept.folded.amounts
    total = fsum(amounts) if count else None
    return {
        "total_orders": order_count(kept),
        "order_amount_total": None if total is None else round(total, 2),
        "order_amount_average": None if total is None else round(total / count, 2),
    }


def last_order(kept: Kept, as_of: int) -> date | None:
    """The date of the last order that is not after `as_of`."""
    dates = [order.at for order in kept.orders.values() if order.at is not None and order.at <= as_of]
    return day(max(dates)) if dates else None
