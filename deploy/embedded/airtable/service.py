"""What all paths of the API share: its settings, bases, limits, faults and traffic."""

import json
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

from deploy.embedded.airtable.bases import BaseData, Bases, JournalEntry, TableData
from deploy.embedded.airtable.errors import forbidden
from deploy.embedded.airtable.settings import Scope, TableFault, TableSettings
from deploy.embedded.faults import Faults
from deploy.embedded.stand_in_process import with_changes
from deploy.embedded.traffic import Traffic

BASE = "appStandIn0000001"  # the base that is there from the beginning
TABLE = "Messages"
FIELDS = {  # of its table
    "user_id": "singleLineText",
    "content": "multilineText",
    "status": "singleSelect",
    "sent_date": "dateTime",
    "created_date": "dateTime",
    "decision_id": "singleLineText",
}
SECOND = 1.0


class RequestLimit:
    """The requests of a base in the last second; too many, and all are refused for a while. Pure.

    Times are in seconds of a monotonic clock.
    """

    def __init__(self) -> None:
        self._times: deque[float] = deque()
        self._closed_until = 0.0

    def take(self, now: float, most: int, penalty: float) -> bool:
        """Whether a request that comes now is let through."""
        while self._times and now - self._times[0] >= SECOND:
            self._times.popleft()
        if now < self._closed_until:
            return False
        self._times.append(now)
        if len(self._times) > most:
            self.close(now + penalty)
            return False
        return True

    def close(self, until: float) -> None:
        """Refuse all requests until then."""
        self._closed_until = until


class TableService:
    """The service behind the paths; `clock` is in epoch ms. Its data are in a journal in `folder`."""

    def __init__(self, start: TableSettings, folder: Path, clock: Callable[[], int]) -> None:
        self._start, self.clock = start, clock
        folder.mkdir(parents=True, exist_ok=True)
        self._file = folder / "journal.jsonl"
        self.bases = Bases()
        for line in self._file.read_text("utf-8").splitlines() if self._file.exists() else ():
            self.bases.apply(json.loads(line))
        self._journal = self._file.open("a", encoding="utf-8")
        self._begin()

    def reset(self) -> None:
        """Have the settings and the empty table of the start, and no traffic."""
        self._journal.close()
        self._journal = self._file.open("w", encoding="utf-8")
        self.bases = Bases()
        self._begin()

    def _begin(self) -> None:
        self._use(self._start)
        self.traffic: dict[str, Traffic] = {}
        self.limits: dict[str, RequestLimit] = {}
        if BASE not in self.bases.by_id:
            self.commit({"kind": "table", "base": BASE, "name": TABLE, "fields": FIELDS})

    def close(self) -> None:
        """Close the journal."""
        self._journal.close()

    def change(self, body: bytes) -> TableSettings:
        """Change the settings that a JSON object names; ValueError if it cannot be."""
        self._use(with_changes(self.settings, body))
        return self.settings

    def _use(self, settings: TableSettings) -> None:
        self.settings = settings
        self.faults: Faults[TableFault] = Faults(settings.faults, settings.next_faults, settings.seed)

    def commit(self, entry: JournalEntry) -> None:
        """Do what an entry says, and keep it."""
        self.bases.apply(entry)
        self._journal.write(json.dumps(entry, ensure_ascii=False) + "\n")
        self._journal.flush()

    def edit(self, base: BaseData, table: TableData, source: str, **changes: Any) -> None:
        """Create, change and destroy records in one transaction, now."""
        nothing: dict[str, Any] = {"created": {}, "changed": {}, "destroyed": []}
        entry = {"kind": "edit", "base": base.id, "table": table.id, "at": self.clock(), "source": source}
        self.commit({**entry, **nothing, **changes})

    def base(self, id_: str) -> BaseData:
        """A base; TableError when there is none."""
        if id_ not in self.bases.by_id:
            raise forbidden()
        return self.bases.by_id[id_]

    def table(self, base: str, name_or_id: str) -> tuple[BaseData, TableData]:
        """A base and its table; TableError when there is none."""
        found = self.base(base)
        table = found.table(name_or_id)
        if table is None:
            raise forbidden()
        return found, table

    def require(self, scope: Scope) -> None:
        """TableError unless the token has a scope."""
        if scope not in self.settings.scopes:
            raise forbidden()
