"""A table of Airtable in memory, and watermarks that only keep what was read."""

from collections.abc import Iterator
from typing import Any

from workers.capture.airtable.webhooks import specification
from workers.product.airtable.refusals import AirtableRefusal
from workers.product.airtable.table_client import TableSchema


class FakeTable:
    """A table of Airtable with one webhook. `asked` are the questions; the next ones may be refused."""

    base, name = "app1", "Messages"

    def __init__(self, *ids: str) -> None:
        self.records = {id_: {"id": id_, "fields": {"user_id": f"u-{id_}", "status": "sent"}} for id_ in ids}
        self.columns = frozenset({"user_id", "status"})
        self.hooks: dict[str, list[Any]] = {}
        self.asked: list[str] = []
        self.refusals: dict[str, list[AirtableRefusal]] = {}
        self.page = 2
        self.ends: str | None = None  # of all webhooks

    def ask(self, what: str) -> None:
        """Note a question, and refuse it if that is due."""
        self.asked.append(what)
        if self.refusals.get(what):
            raise self.refusals[what].pop(0)

    def schema(self) -> TableSchema:
        """The columns."""
        self.ask("schema")
        return TableSchema("tbl1", self.columns)

    def webhooks(self) -> Any:
        """All webhooks, alive."""
        self.ask("webhooks")
        row = {"isHookEnabled": True, "notificationUrl": None, "specification": specification("tbl1")}
        return {
            "webhooks": [
                row | {"id": id_, "expirationTime": self.ends, "cursorForNextPayload": len(payloads) + 1}
                for id_, payloads in self.hooks.items()
            ]
        }

    def add_webhook(self, _specification: Any) -> None:
        """One more webhook."""
        self.ask("add_webhook")
        self.hooks[f"ach{len(self.asked)}"] = []

    def renew_webhook(self, webhook: str) -> None:
        """A later end."""
        self.ask(f"renew {webhook}")
        self.ends = None

    def payloads(self, webhook: str, cursor: int) -> Any:
        """One payload at a time."""
        self.ask("payloads")
        if webhook not in self.hooks:
            raise AirtableRefusal(404, "NOT_FOUND")
        left = self.hooks[webhook][cursor - 1 :]
        return {"payloads": left[:1], "cursor": cursor + len(left[:1]), "mightHaveMore": len(left) > 1}

    def pages(self, _fields: list[str] | None, formula: str | None = None) -> Iterator[list[Any]]:
        """The records, or those that a formula names."""
        kind = "all" if formula is None else "changed" if "IS_AFTER" in formula else "named"
        found = [
            each for each in self.records.values() if kind != "named" or f"'{each['id']}'" in str(formula)
        ]
        for start in range(0, len(found), self.page):
            self.ask(kind)
            yield found[start : start + self.page]
        self.asked.append(kind) if not found else None

    def touch(self, *ids: str) -> None:
        """Tell the webhooks that records were changed."""
        changes: dict[str, Any] = {"changedRecordsById": {id_: {} for id_ in ids}}
        for payloads in self.hooks.values():
            payloads.append({"changedTablesById": {"tbl1": changes}})


class Marks:
    """Watermarks that only keep what was read."""

    def __init__(self) -> None:
        self.idle_at: list[int] = []

    def assign_timestamp(self, changed_at: int) -> int:
        """The time itself."""
        return changed_at

    def on_change(self, at: int) -> None:
        """A change was written."""

    def on_idle(self, asked_at: int) -> None:
        """Nothing was there."""
        self.idle_at.append(asked_at)

    def emit_if_due(self, *, backlog: bool) -> None:
        """Nothing is emitted."""
