"""Formats a what-if run, as tables and as JSON. Pure."""

import json
from collections.abc import Iterator
from datetime import datetime
from math import isinf
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table

from workers.commands.what_if_decisions import DecisionLine, DecisionLines
from workers.commands.what_if_figures import ComparedFigures, Figure
from workers.commands.what_if_people import LINES
from workers.commands.what_if_run import WhatIf
from workers.runtime.process.terminal import safe


def page(run: WhatIf, figures: ComparedFigures, since: datetime | None) -> RenderableType:
    """The figures of both policies, and the people of the sample side by side."""
    parts: list[RenderableType] = [figures_table(run, figures)]
    counted = "all decisions" if since is None else f"decisions since {moment(since)}"
    parts.append(safe(f"{run.records:,} records; {counted}", "dim"))
    if incomplete := figures["history incomplete"].new:
        parts.append(
            safe(f"history incomplete: of {incomplete:,} people the inbox may not hold everything", "yellow")
        )
    if sample := run.affected.sample():
        parts += [safe(), people_table(sample.items(), run.affected.count)]
    return Group(*parts)


def figures_table(run: WhatIf, figures: ComparedFigures) -> Table:
    """A row per figure: current, new, change."""
    table = Table("", f"current {run.current.version}", f"new {run.new.version}", "change")
    for column in table.columns[1:]:
        column.justify = "right"
    for name, figure in figures.items():
        if figure.current is not None:
            table.add_row(safe(name), f"{figure.current:,}", f"{figure.new:,}", change_text(figure))
    table.add_section()
    table.add_row("people affected", "", f"{figures['people affected'].new:,}", "")
    return table


def change_text(figure: Figure) -> str:
    """The change of a figure, and its percentage if there was anything to change."""
    if not figure.change:
        return "–"
    percent = "" if isinf(figure.percent) else f" ({figure.percent:+.1f}%)"
    return f"{figure.change:+,}{percent}"


def people_table(sample: Any, affected: int) -> Table:
    """The people of the sample (id, sides), each with its decisions from the first difference on."""
    rows = [*sample]
    table = Table("person", "current", "new", title=f"{len(rows)} of {affected:,} people affected")
    for person, sides in rows:
        table.add_row(safe(person), *(safe("\n".join(texts(lines))) for lines in sides))
        table.add_section()
    return table


def texts(lines: DecisionLines) -> Iterator[str]:
    """A line per decision; a full list may go on."""
    yield from map(line_text, lines)
    if len(lines) == LINES:
        yield "…"


def line_text(line: DecisionLine) -> str:
    """A decision: when, then a mail and its campaign, or why to wait and until when."""
    what = f"{line.verdict} {line.campaign}" if line.is_mail else f"{line.reason}"
    until = f" until {moment(line.until)}" if line.until is not None else ""
    return f"{moment(line.decided_at)} {what}{until}"


def moment(time: datetime) -> str:
    """A time to the minute, UTC as all are."""
    return f"{time:%Y-%m-%d %H:%M}"


def as_json(run: WhatIf, figures: ComparedFigures, since: datetime | None, failed: list[str]) -> str:
    """The same for programs: figures by name, the people of the sample, the conditions that hold."""
    document = {
        "records": run.records,
        "since": None if since is None else since.isoformat(),
        "policies": {"current": run.current.version, "new": run.new.version},
        "figures": {name: figure_json(figure) for name, figure in figures.items()},
        "people": {
            person: {side: [line_json(line) for line in lines] for side, lines in sides._asdict().items()}
            for person, sides in run.affected.sample().items()
        },
        "failed": failed,
    }
    return json.dumps(document, ensure_ascii=False, indent=2)


def figure_json(figure: Figure) -> Any:
    """A figure: current, new and change; only its value if it is one of both policies together."""
    if figure.current is None:
        return figure.new
    return {"current": figure.current, "new": figure.new, "change": figure.change}


def line_json(line: DecisionLine) -> dict[str, Any]:
    """A decision of the sample."""
    until = None if line.until is None else line.until.isoformat()
    shared = {"at": line.decided_at.isoformat(), "verdict": line.verdict}
    return shared | ({"campaign": line.campaign} if line.is_mail else {"reason": line.reason, "until": until})
