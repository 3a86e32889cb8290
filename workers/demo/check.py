"""Did the sample person come out as expected, and does the read model know what was heard?"""

from collections import Counter
from collections.abc import Callable
from typing import Any, NamedTuple

from workers.demo.sample import SARAH
from workers.demo.tally import Tally
from workers.serve.read_model import ReadModel


class Expected(NamedTuple):
    """One thing that must be so; `found` reads it from what was heard (KeyError: there is nothing)."""

    what: str
    found: Callable[[Tally], Any]
    wanted: Any


def profile(field: str) -> Callable[[Tally], Any]:
    """Reads a field of the sample person's profile."""
    return lambda tally: getattr(tally.profiles[SARAH], field)


EXPECTED = (
    Expected("events attended", profile("number_of_events_attended"), 3),
    Expected("orders", profile("total_orders"), 2),
    Expected("friends", profile("friends"), ["Mike Jones", "Jenny Kim"]),
    Expected("score", profile("personalization_score"), 85),
    Expected("decision", lambda tally: tally.decisions[SARAH].verdict, "send"),
    Expected("mail's decision", lambda tally: tally.mails[SARAH].decision_id, f"{SARAH}:1"),
    Expected("mail's language", lambda tally: tally.mails[SARAH].language, "en"),
    Expected("mail's subject starts with", lambda tally: tally.mails[SARAH].subject[:6], "[MOCK]"),
)


def problems(tally: Tally) -> list[str]:
    """What is not as it should be, one line each; empty when all is well."""
    found = []
    for row in EXPECTED:
        try:
            value = row.found(tally)
        except KeyError:
            value = None
        if value != row.wanted:
            found.append(f"{SARAH}: {row.what}: {value!r}, expected {row.wanted!r}")
    return found


def differences(model: ReadModel, tally: Tally) -> list[str]:
    """Where the read model is not what was heard, one line each. Raises RedisError."""
    totals, verdicts = model.totals(), Counter(one.verdict for one in tally.decisions.values())
    rows = (
        ("people", totals.people, len(tally.profiles)),
        ("verdicts", {name: count for name, count in totals.verdicts.items() if count}, dict(verdicts)),
        ("profile", model.profile(SARAH), tally.profiles.get(SARAH)),
        ("decision", model.decision(SARAH), tally.decisions.get(SARAH)),
        ("mail", model.mail(SARAH), tally.mails.get(SARAH)),
    )
    return [
        f"read model: {what}: {found!r}, heard {heard!r}" for what, found, heard in rows if found != heard
    ]
