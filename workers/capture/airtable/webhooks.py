"""Which webhook of a base is ours, and whether it is alive. Pure.

A webhook has no address to notify: its payloads are asked for. One that is like it, of a capture that ended
before it could say so, or of another fleet, is as good: every reader has its own cursor.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

LEFT_MS = 60_000  # a webhook that ends within it is none to rely on
RENEW_MS = 5 * 86_400_000  # one that ends within it is renewed; it ends seven days after that


class LiveWebhook(NamedTuple):
    """A webhook that hears of changes, the number of its next payload, and its end in epoch ms."""

    id: str
    cursor: int
    ends: int | None = None

    def is_due(self, now_ms: int) -> bool:
        """Whether it is to be renewed."""
        return self.ends is not None and self.ends < now_ms + RENEW_MS


def specification(table_id: str | None) -> dict[str, Any]:
    """What a webhook is to tell: changes of records, of one table where its id is known."""
    filters: dict[str, Any] = {"dataTypes": ["tableData"]}
    if table_id is not None:
        filters["recordChangeScope"] = table_id
    return {"options": {"filters": filters}}


def usable(body: Any, table_id: str | None, now_ms: int) -> list[LiveWebhook]:
    """The webhooks of a list that are alive and tell what is to be told."""
    rows = body.get("webhooks") if isinstance(body, Mapping) else None
    return [
        LiveWebhook(row["id"], row["cursorForNextPayload"], time_ms(row.get("expirationTime")))
        for row in (rows if isinstance(rows, list) else ())
        if isinstance(row, Mapping) and is_usable(row, table_id, now_ms)
    ]


def is_usable(row: Mapping[str, Any], table_id: str | None, now_ms: int) -> bool:
    """Whether a row of a list is a webhook that is alive and tells what is to be told."""
    is_ours = row.get("specification") == specification(table_id) and not row.get("notificationUrl")
    is_named = isinstance(row.get("id"), str) and isinstance(row.get("cursorForNextPayload"), int)
    expires = time_ms(row.get("expirationTime"))
    lasts = expires is None or expires > now_ms + LEFT_MS
    return is_ours and is_named and row.get("isHookEnabled") is True and lasts


def time_ms(text: Any) -> int | None:
    """A time of Airtable in epoch ms; None for none."""
    try:
        return int(datetime.fromisoformat(str(text).replace("Z", "+00:00")).timestamp() * 1000)
    except (ValueError, OverflowError):
        return None
