"""What is measured of decisions. Pure."""

from collections.abc import Sequence

from schemas.decision import SendDecision
from workers.people.state import StoredPerson
from workers.runtime.stage import Measured, Output


def awaited_since(stored: StoredPerson, at: int) -> int | None:
    """The time of the fact on which a decision at a time is made (epoch ms); None without one.

    None, too, while sources were read for the first time or waited for: then it says nothing.
    """
    last = stored.last_decision
    if stored.unsaid or stored.due is None or stored.due > at or (last and last.reason == "sources"):
        return None
    return stored.due


def measured(decided: Sequence[Output], since: int | None) -> Sequence[Measured]:
    """What is measured of decisions: verdict, reason and campaign, and since which fact it took.

    Without one the time alone has brought it, or sources were read for the first time.
    """
    return tuple(
        Measured((decision.verdict, decision.reason or "", decision.campaign), since)
        for decision in (output.value for output in decided)
        if isinstance(decision, SendDecision)
    )
