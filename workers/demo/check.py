"""Checks the sample person against the expected results, and the read model against the topics."""

from collections import Counter
from collections.abc import Callable
from typing import Any, NamedTuple

from workers.demo.fleet_state import FleetState
from workers.demo.mail_sink import ReceivedMails
from workers.demo.sample import SARAH
from workers.serve.read_model import ReadModel


class Expectation(NamedTuple):
    """One expected value; `actual` reads it from the state (KeyError: there is no such record)."""

    label: str
    actual: Callable[[FleetState], Any]
    expected: Any


def profile(field: str) -> Callable[[FleetState], Any]:
    """Reads a field of the sample person's profile."""
    return lambda state: getattr(state.profiles[SARAH], field)


EXPECTED = (
    Expectation("events attended", profile("number_of_events_attended"), 3),
    Expectation("orders", profile("total_orders"), 2),
    Expectation("friends", profile("friends"), ["Mike Jones", "Jenny Kim"]),
    Expectation("score", profile("personalization_score"), 85),
    Expectation("decision", lambda state: state.mailed[SARAH].verdict, "send"),
    Expectation("mail's decision", lambda state: state.mails[SARAH].decision_id, f"{SARAH}:1"),
    Expectation("mail's language", lambda state: state.mails[SARAH].language, "en"),
    Expectation("mail is delivered", lambda state: f"{SARAH}:1" in state.delivered, True),
)


def problems(state: FleetState, *, gpt: bool = False) -> list[str]:
    """The expectations that do not hold, one line each; with `gpt` there are mails by a model."""
    written_by_model = any(mail.writer == "gpt" for mail in state.mails.values())
    lines = [] if written_by_model or not gpt else ["no mail was written by GPT"]
    for row in EXPECTED:
        try:
            actual = row.actual(state)
        except KeyError:
            actual = None
        if actual != row.expected:
            lines.append(f"{SARAH}: {row.label}: {actual!r}, expected {row.expected!r}")
    return lines


def differences(model: ReadModel, mailbox: ReceivedMails, state: FleetState) -> list[str]:
    """What differs between the topics and what was made of them, one line each. Raises RedisError.

    That is the read model, the mails that the mail server has received, and the scores of subjects.
    """
    totals = model.totals()
    verdicts = Counter(decision.verdict for decision in state.decisions.values())
    rows = (
        ("people", totals.people, len(state.profiles)),
        ("verdicts", {name: count for name, count in totals.verdicts.items() if count}, dict(verdicts)),
        ("profile", model.profile(SARAH), state.profiles.get(SARAH)),
        ("decision", model.decision(SARAH), state.decisions.get(SARAH)),
        ("mail", model.mail(SARAH), state.mails.get(SARAH)),
    )
    lines = [
        f"read model: {label}: {stored!r}, heard {read!r}" for label, stored, read in rows if stored != read
    ]
    if mailbox.count != len(state.delivered):
        lines.append(f"mailbox: {mailbox.count} mails, {len(state.delivered)} were delivered")
    ends, scored = state.taught()
    return lines if ends == scored else [*lines, f"scores: of {scored} clicks, {ends} were learnt"]
