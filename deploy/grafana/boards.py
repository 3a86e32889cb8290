"""What is on the boards, as plain data: of every panel title, unit, what it shows, and queries."""

import tomllib
from pathlib import Path
from typing import Any, NamedTuple, Self

FOLDER = Path(__file__).parent


class Query(NamedTuple):
    """An expression of PromQL, and how its series are named in the legend."""

    expr: str
    legend: str


class BoardPanel(NamedTuple):
    """One panel; `unit` is Grafana's name of it, `about` what the panel shows."""

    title: str
    unit: str
    about: str
    queries: tuple[Query, ...]

    @classmethod
    def read(cls, row: dict[str, Any]) -> Self:
        """A panel from a table of TOML; raises TypeError for one with other keys."""
        queries = tuple(Query(**query) for query in row.pop("queries"))
        return cls(**row, queries=queries)


class BoardRow(NamedTuple):
    """Panels under a title."""

    title: str
    panels: tuple[BoardPanel, ...]


class GrafanaBoard(NamedTuple):
    """One board; `name` is that of its files."""

    name: str
    uid: str
    title: str
    rows: tuple[BoardRow, ...]

    @property
    def panels(self) -> tuple[BoardPanel, ...]:
        """All panels, in their order."""
        return tuple(panel for row in self.rows for panel in row.panels)


def boards() -> tuple[GrafanaBoard, ...]:
    """The boards of this folder, by their names; raises TypeError and KeyError for a file that is none."""
    return tuple(read_board(path) for path in sorted(FOLDER.glob("*.toml")))


def read_board(path: Path) -> GrafanaBoard:
    """The board of a file of TOML."""
    told = tomllib.loads(path.read_text("utf-8"))
    rows = tuple(
        BoardRow(row["title"], tuple(BoardPanel.read(panel) for panel in row["panels"]))
        for row in told["rows"]
    )
    return GrafanaBoard(path.stem, told["uid"], told["title"], rows)
