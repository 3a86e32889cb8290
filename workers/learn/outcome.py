"""How a mail ended: what each signal adds to its state, when to look at it, and what is then said. Pure.

A mail has a window from its hand-over. It ends with the first human click, which is scored a minute later (or
at once, when the page behind it was seen), or with the window. A mail that was never handed over, or came
back, has no end: it says nothing. What is said may be wrong when something comes late; then it is taken back,
for as long as the state is kept.
"""

from collections.abc import Sequence

from schemas.learning import MailSignal, VariationOutcome
from schemas.mail import NO_TIME, MailClick, MailVariation
from schemas.model import from_epoch_ms, to_epoch_ms
from workers.learn.bots import ClickContext, TimedClick, due_from, first_human, score, scored_from
from workers.learn.state import MailState, StoredChoice
from workers.recommend.policy import DAY_MS
from workers.recommend.variations.evidence import WINDOW_MS

KEPT_MS = 7 * DAY_MS  # after the window, in which what comes late still counts
MOST_CLICKS = 50  # kept of one mail
VOID = frozenset({"failed", "bounced", "withdrawn", "expired"})


def apply(state: MailState, signal: MailSignal, read_at: int) -> None:
    """Add a signal, in any order and however often; `read_at` bounds the time that it claims."""
    said_at = read_at if signal.at == NO_TIME else min(to_epoch_ms(signal.at), read_at)
    if signal.kind == "chosen" and not state.choices:
        state.choice = None if signal.variation is None else stored_choice(signal.variation)
        state.others = [stored_choice(each) for each in signal.variations]
    elif signal.kind == "sent":
        state.handed_over_at = said_at if state.handed_over_at is None else min(said_at, state.handed_over_at)
    elif signal.kind == "clicked":
        note_click(state, said_at, signal.click or MailClick(link=""))
    elif signal.kind in VOID:
        state.void = True
    state.look_at = next_look(state, None)


def note_click(state: MailState, at: int, click: MailClick) -> None:
    """Keep a click once, and no more than so many, the first ones."""
    stored = at, click.model_dump_json(exclude_defaults=True)
    if stored not in state.clicks:
        state.clicks = sorted([*state.clicks, stored])[:MOST_CLICKS]


def clicks_of(state: MailState) -> list[TimedClick]:
    """The clicks that are kept."""
    return [TimedClick(at, MailClick.model_validate_json(text)) for at, text in state.clicks]


def stored_choice(variation: MailVariation) -> StoredChoice:
    """The choice as it is stored."""
    probabilities = dict(variation.probabilities)
    return StoredChoice(variation.arm, variation.segment, probabilities, variation.reason, variation.type)


def ends_at(state: MailState) -> int | None:
    """When the window is over, and every click in it can be scored; None before the hand-over."""
    return None if state.handed_over_at is None else scored_from(state.handed_over_at + WINDOW_MS)


def forgotten_at(state: MailState) -> int:
    """When the state is dropped."""
    begin = state.began_at if state.handed_over_at is None else max(state.began_at, state.handed_over_at)
    return begin + WINDOW_MS + KEPT_MS


def next_look(state: MailState, now: int | None) -> int:
    """The next time after `now` (None: of all) at which something may be known that is not known before."""
    times = [due_from(each) for each in clicks_of(state)] + [forgotten_at(state)]
    end = ends_at(state)
    if end is not None:
        times.append(end)
    if state.said is not None and state.void:
        times.append(state.began_at)
    return min((time for time in times if now is None or time > now), default=forgotten_at(state))


def ending(state: MailState, now: int) -> tuple[bool | None, int]:
    """Whether the mail ended with a human click, None where it has not ended; and the clicks of programs."""
    end = ends_at(state)
    if not state.choices or state.handed_over_at is None or end is None or state.void:
        return None, 0
    last = state.handed_over_at + WINDOW_MS
    clicks = [each for each in clicks_of(state) if each.at <= last]
    programs = sum(not score(ClickContext(each, clicks, state.handed_over_at)).is_human for each in clicks)
    if first_human(clicks, state.handed_over_at, now) is not None:
        return True, programs
    return (False if now >= end else None), programs


def look(state: MailState, now: int) -> Sequence[VariationOutcome]:
    """Say how the mail ended, and take back what was said before if that is another; at a watermark.

    One outcome for each type in which something was chosen.
    """
    due, (ended, programs) = state.look_at or 0, ending(state, now)
    state.look_at = next_look(state, now)
    if ended == state.said:
        return ()
    outcomes = []
    if state.said is not None:
        outcomes += said_outcomes(state, state.said, state.programs, (now, due), retracted=True)
    if ended is not None:
        outcomes += said_outcomes(state, ended, programs, (now, due))
    state.said, state.programs = ended, programs
    return outcomes


def said_outcomes(
    state: MailState, clicked: bool, programs: int, place: tuple[int, int], retracted: bool = False
) -> list[VariationOutcome]:
    """The outcome of each choice as a record; `place` is when it is known and when it was due."""
    assert state.handed_over_at is not None
    return [
        VariationOutcome(
            decision_id=state.decision,
            person=state.person,
            variation=MailVariation(
                arm=choice.arm,
                segment=choice.segment,
                probabilities=choice.probabilities,
                reason=choice.reason,
                type=choice.type,
            ),
            handed_over_at=from_epoch_ms(state.handed_over_at),
            clicked=clicked,
            programs=programs,
            known_at=place[0],
            due_at=place[1],
            retracted=retracted,
        )
        for choice in state.choices
    ]
