"""Formats an explanation, for a terminal and as JSON. Pure."""

import json
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from schemas.decision import RuleResult, SendDecision
from schemas.mail import Email
from schemas.model import Model
from workers.commands.profile_view import as_text
from workers.commands.timeline_view import entry_text
from workers.people.decision.wording import listed
from workers.runtime.process.terminal import safe
from workers.serve.timeline import TimelineEntry

STYLES = {"send": "bold green", "ask": "bold cyan", "wait": "bold yellow"}
LAST = 10  # decisions that are shown
ISO_TIME = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+\+00:00")  # in the input of a rule
STOPS, ASKED_NOT = "no, so wait", "not asked"
FAILED = {"question": ASKED_NOT}  # what it means that a rule has not passed, if it is not the reason
CUT = "The inbox does not reach back to its beginning: older facts and mails are not in this."


class Explanation(NamedTuple):
    """Why a person is written to or not; `decision` None: nothing is decided, `because` of this.

    `decisions` are the last ones, oldest first. `nearest` is the nearest change that would flip the decision,
    in words, if it is known. `is_cut`: made from records of which the first are deleted.
    """

    person: str
    decision: SendDecision | None
    because: str | None
    mail: Email | None
    decisions: Sequence[TimelineEntry]
    nearest: str | None = None
    is_cut: bool = False


def explanation_page(explanation: Explanation, now: datetime) -> RenderableType:
    """The decision with its rules, the last mail, the last decisions; times before `now` are marked."""
    decision = explanation.decision
    parts: list[RenderableType] = []
    if decision is None:
        parts.append(safe(f"{explanation.person}: no decision, because {explanation.because}"))
    else:
        parts.append(decision_page(decision, explanation.mail, now))
    if explanation.nearest is not None:
        parts += [safe(), safe(f"Nearest change: {explanation.nearest}")]
    if explanation.decisions:
        parts += [safe(), safe("The last decisions", "bold"), *map(entry_text, explanation.decisions)]
    if explanation.is_cut:
        parts += [safe(), safe(CUT, "yellow")]
    return Group(*parts)


def as_json(explanation: Explanation) -> str:
    """The same for programs."""
    return json.dumps(
        {
            "decision": document(explanation.decision),
            "because": explanation.because or (explanation.decision and explanation.decision.because),
            "mail": document(explanation.mail),
            "nearest_change": explanation.nearest,
            "last_decisions": [msgspec.structs.asdict(entry) for entry in explanation.decisions],
            "history_incomplete": explanation.is_cut,
        },
        ensure_ascii=False,
    )


def document(model: Model | None) -> Any:
    """The JSON of a model, None without one."""
    return None if model is None else json.loads(model.model_dump_json())


def decision_page(decision: SendDecision, mail: Email | None, now: datetime) -> RenderableType:
    """A decision: verdict, reason, particulars, each rule, the last mail; times before `now` are marked."""
    verdict = safe(decision.verdict, STYLES[decision.verdict])
    title = safe(f"{decision.person}: ") + verdict + safe(f", because {because_at(decision, now)}")
    parts: list[RenderableType] = [title, safe(), particulars(decision, now)]
    for heading, rows in tables(decision):
        parts += [safe(), rows_table(heading, rows, decision.reason)]
    if mail is not None:
        parts += [safe(), *mail_lines(decision, mail)]
    return Group(*parts)


def because_at(decision: SendDecision, now: datetime) -> str:
    """Why it was decided, with the age that the last message has by now."""
    for rule in decision.rules:
        if rule.rule == decision.reason == "cooldown" and ISO_TIME.fullmatch(rule.input or ""):
            days = max(0, (now - datetime.fromisoformat(rule.input or "")).days)
            needed = (rule.threshold or "").removesuffix(" days")
            return f"the last message is {listed(days, 'day')} old, {needed} are needed"
    return decision.because


def particulars(decision: SendDecision, now: datetime) -> Table:
    """The fields of a decision beside its rules, and when it is looked at again."""
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    rows = (
        ("decision", decision.id),
        ("stopped by", decision.reason),
        ("slot", decision.slot),
        ("campaign", decision.campaign if decision.verdict != "wait" else None),
        ("observed", decision.observed or None),
        ("decided at", decision.decided_at),
        ("policy", decision.policy),
    )
    for label, value in rows:
        if value is not None and value != "":
            table.add_row(label, safe(as_text(value)))
    if decision.valid_until is not None:
        table.add_row("valid until", safe(time_text(decision.valid_until, now)))
    table.add_row("looked at again", safe(looked_at_again(decision, now)))
    return table


def looked_at_again(decision: SendDecision, now: datetime) -> str:
    """When the decision is made anew: with every new fact, and at the latest when this says."""
    if decision.verdict != "wait":
        return "when the mail's outcome is known, or an hour after it is no longer valid"
    if decision.until is None:
        return "when something changes"
    return f"when something changes, or at {time_text(decision.until, now)}"


def time_text(time: datetime, now: datetime) -> str:
    """A time; a past one is marked."""
    return as_text(time) + (" (that is over)" if time <= now else "")


def tables(decision: SendDecision) -> Iterator[tuple[str, Sequence[Model]]]:
    """The lists of models in a decision, with what a row is: its rules, and whatever else it lists."""
    for name in type(decision).model_fields:
        rows = getattr(decision, name)
        if isinstance(rows, list) and rows and isinstance(rows[0], Model):
            yield name.removesuffix("s"), rows


def rows_table(heading: str, rows: Sequence[Model], reason: str | None) -> Table:
    """A table of models, a column for each field that any of them has; the first column has their name.

    Of rules, the one that is the `reason` of a wait is marked.
    """
    first, *others = type(rows[0]).model_fields
    columns = [name for name in others if any(getattr(row, name) not in (None, "", []) for row in rows)]
    table = Table(heading, *(name.replace("_", " ") for name in columns))
    for row in rows:
        name = getattr(row, first)
        cells = (cell(getattr(row, column), FAILED.get(name, "no")) for column in columns)
        if isinstance(row, RuleResult) and name == reason and not row.passed:
            cells = (cell(getattr(row, column), STOPS) for column in columns)
        table.add_row(safe(as_text(name)), *cells)
    return table


def cell(value: Any, failed: str) -> Text:
    """A value of a row; whether a rule passed has its colour, and `failed` are the words if it did not."""
    if isinstance(value, bool):
        return (
            safe("yes", style="green")
            if value
            else safe(failed, style="red" if failed != ASKED_NOT else "dim")
        )
    if isinstance(value, str) and ISO_TIME.fullmatch(value):
        return safe(as_text(datetime.fromisoformat(value)))
    return safe(as_text(value))


def mail_lines(decision: SendDecision, mail: Email) -> Iterator[Text]:
    """The last mail as text; it may belong to an earlier decision."""
    earlier = "" if mail.decision_id == decision.id else ", an earlier one"
    by = f"by {mail.model or mail.writer}"
    yield safe(
        f"mail for decision {mail.decision_id}{earlier}, written {as_text(mail.written_at)} {by}", "dim"
    )
    yield safe(mail.subject, "bold")
    for paragraph in (mail.greeting, *mail.body, mail.closing):
        yield safe(paragraph)
