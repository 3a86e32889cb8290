"""What `kairos check` prints: tables for people, and JSON for programs. Pure."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table

from workers.commands.check_topic import Checked, Meeting, TopicCheck
from workers.commands.finding import SIGNS, Finding
from workers.product.sampling.profile_needs import Lack
from workers.product.sampling.source_sample import FieldSample, SourceSample
from workers.runtime.process.terminal import safe

MOST_SHOWN = 12  # fields of the source that look like ours
STYLES = {"ok": "", "note": "yellow", "wrong": "bold red"}


def page(checked: Checked) -> RenderableType:
    """Everything, topic by topic; what profiles will lack; and whether the fleet can start."""
    parts: list[RenderableType] = []
    for topic in checked.topics:
        parts += [*topic_lines(topic), safe()]
    parts += [safe(line(each), STYLES[each.level]) for each in checked.findings]
    if checked.lacks:
        parts += [safe(), safe("Profiles will lack", "bold"), *map(safe, lack_lines(checked.lacks))]
    end = "nothing is refused at the start" if checked.is_usable else "the fleet would not work with this"
    return Group(*parts, safe(), safe(end, "bold green" if checked.is_usable else "bold red"))


def topic_lines(check: TopicCheck) -> Iterator[RenderableType]:
    """One topic: its source, its fields, and what is to be said of it."""
    sample = check.sample
    documents = "" if sample is None else f", {sample.documents:,} documents looked at"
    if sample is not None and sample.left_out:
        documents += f", {sample.left_out:,} others left out by its where"
    yield safe(f"{check.topic}  {check.place}{documents}", "bold")
    for finding in check.findings:
        yield safe(line(finding), STYLES[finding.level])
    if sample is None or not sample.documents:
        return
    yield field_table(sample)
    for reason, count in sample.refused.items():
        yield safe(f"dead letters: {count:,}: {reason}")
    yield from map(meeting_line, check.meetings)
    if sample.unmapped:
        names = [f"{name} (like {ours})" for name, ours in sample.unmapped.items()]
        more = f" and {len(names) - MOST_SHOWN:,} more" if len(names) > MOST_SHOWN else ""
        yield safe(f"not mapped, and like a field of ours: {', '.join(names[:MOST_SHOWN])}{more}")


def field_table(sample: SourceSample) -> Table:
    """The fields that were found; those that were not, in one row."""
    table = Table("field", "from", "found", "type", "problems")
    absent = [field.name for field in sample.fields if not field.found]
    for field in sample.fields:
        if field.found:
            cells = (field.name, field.path, share(field.found, sample.documents), field.example)
            table.add_row(*map(safe, cells), safe(problems(field)))
    if absent:
        table.add_row(safe(", ".join(absent)), "", "0 %", "", "")
    return table


def problems(field: FieldSample) -> str:
    """The problems of a field, the most frequent first."""
    return "\n".join(f"{count:,} × {reason}" for reason, count in field.problems.items())


def share(count: int, of: int) -> str:
    """A share as whole percent, which is 0 or 100 only for none and for all."""
    percent = 100 * count / of
    return f"{min(max(round(percent), 1), 99) if 0 < count < of else round(percent)} %"


def meeting_line(meeting: Meeting) -> RenderableType:
    """How many references mean somebody."""
    if meeting.met is None:
        return safe(f"{meeting.field}: not compared with {meeting.target}, which cannot be asked here")
    found = f"{share(meeting.met, meeting.references)} are found among {meeting.target}"
    return safe(f"{meeting.field}: of {meeting.references:,} different ones {found}")


def lack_lines(lacks: Sequence[Lack]) -> Iterator[str]:
    """What lacks without which fields; those that lack themselves alone are in one line."""
    themselves = [lack.lacks[0] for lack in lacks if lack.not_found == (f"users.{lack.lacks[0]}",)]
    if themselves:
        yield f"  of the fields of users: {', '.join(themselves)}"
    for lack in lacks:
        others = [name for name in lack.lacks if name not in themselves]
        if others:
            yield f"  without {' or '.join(lack.not_found)}: {', '.join(others)}"


def line(finding: Finding) -> str:
    """A finding as one line."""
    return f"{SIGNS[finding.level]:<6} {finding.about:<8} {finding.says}"


def as_json(checked: Checked) -> str:
    """The same for programs; shares are from 0 to 1."""
    return json.dumps(
        {
            "usable": checked.is_usable,
            "topics": [topic_json(topic) for topic in checked.topics],
            "findings": [finding._asdict() for finding in checked.findings],
            "lacks": [{"without": lack.not_found, "lacks": lack.lacks} for lack in checked.lacks],
        },
        ensure_ascii=False,
        indent=2,
    )


def topic_json(check: TopicCheck) -> dict[str, Any]:
    """One topic for programs."""
    sample, documents = check.sample, check.sample.documents if check.sample else 0
    return {
        "topic": check.topic,
        "place": check.place,
        "documents": documents,
        "left_out": sample.left_out if sample else 0,
        "findings": [finding._asdict() for finding in check.findings],
        "fields": [field_json(field, documents) for field in sample.fields] if sample and documents else [],
        "refused": sample.refused if sample else {},
        "unmapped": sample.unmapped if sample else {},
        "references": [meeting._asdict() for meeting in check.meetings],
    }


def field_json(field: FieldSample, documents: int) -> dict[str, Any]:
    """One field for programs."""
    return {
        "field": field.name,
        "path": field.path,
        "found": round(field.found / documents, 4),
        "type": field.example or None,
        "problems": field.problems,
    }
