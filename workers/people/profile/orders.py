"""The fields of the profile that are computed from orders."""

from datetime import date
from math import fsum
from typing import Any

from workers.people.profile.days import day_of
from workers.people.state import StoredPerson


def order_count(stored: StoredPerson) -> int:
    """The number of orders, evicted ones included."""
    return len(stored.orders) + (stored.evicted.orders if stored.evicted else 0)


def amount_fields(stored: StoredPerson) -> dict[str, Any]:
    """The number of orders, and sum and average of their amounts (None if no order has an amount)."""
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


def last_order_date(stored: StoredPerson, as_of: int, zone: str) -> date | None:
    """The day, in a time zone, of the last order that is not after `as_of`; of several then, the last day."""
    orders = [(order.at, order.shift) for order in stored.orders.values() if order.at is not None]
    last = max([at for at, _ in orders if at <= as_of], default=None)
    return None if last is None else max([day_of(at, shift, zone) for at, shift in orders if at == last])
