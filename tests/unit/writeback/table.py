"""A table of Airtable in memory: what writeback asks of one."""

from collections.abc import Sequence
from typing import Any

from workers.product.airtable.refusals import AirtableRefusal


class Table:
    """A table in memory, by number of the row; `errors` come in place of answers, those with `done` late."""

    def __init__(self, *rows: dict[str, Any]) -> None:
        self.rows: list[Any] = [{"fields": row} for row in rows]
        self.asked: list[str] = []
        self.errors: list[tuple[Exception | None, bool]] = []
        self.refused: dict[str, AirtableRefusal] = {}

    def pages(self, fields: list[str] | None, formula: str | None = None) -> Any:
        """All rows that the formula names."""
        self.asked.append("look")
        yield [row for row in self.rows if row is None or is_named(row["fields"], str(formula))]

    def upsert(self, rows: Sequence[dict[str, Any]], key: str) -> None:
        """Merge rows."""
        self.asked.append(f"write {len(rows)}")
        error, done = self.errors.pop(0) if self.errors else (None, True)
        for row in rows:
            if row[key] in self.refused:
                raise self.refused[row[key]]
        for row in rows if done else ():
            same = [each for each in self.rows if each["fields"].get(key) == row[key]]
            if not same:
                self.rows.append({"fields": dict(row)})
            for each in same:
                each["fields"] |= row
        if error is not None:
            raise error

    def statuses(self) -> dict[str, str]:
        """The status of each decision."""
        return {row["fields"]["d"]: row["fields"]["s"] for row in self.rows}


def is_named(cells: dict[str, Any], formula: str) -> bool:
    """Whether the formula names the decision of a row, under either name of the column."""
    return any(str(cells[name]) in formula for name in ("d", "decision_id") if name in cells)
