"""The three stages of `learn`: what happens to a mail, how it ended, and what that says of its variation.

The stage `mails` keeps no state: it writes what `emails` and `engagements` say into `mail-signals`, keyed
by decision. The stage `outcomes` waits there for the end of each mail, and says it in `variation-outcomes`,
keyed by segment and variation. The stage `evidence` sums those, and says the score in `variation-scores`.
"""

from collections.abc import Sequence
from functools import partial

from schemas.learning import MailSignal, VariationOutcome, VariationScore
from schemas.mail import Email, Engagement, MailClick
from schemas.model import from_epoch_ms, to_epoch_ms
from workers.learn.outcome import apply, forgotten_at, look
from workers.learn.state import CellState, MailState
from workers.recommend.variations.evidence import ArmEvidence, LearningRules, added
from workers.runtime.codec import NoStateCodec, StructCodec
from workers.runtime.stage import (
    Action,
    ContentError,
    Irregularity,
    Output,
    Record,
    Stage,
    StepMessage,
    TimerFired,
)

NO_VALUE = Irregularity("no-value")  # a deletion says nothing of a mail
NO_CHOICE = Irregularity("no-choice")  # a mail whose variation nobody chose
REPEATED = Irregularity("repeated")  # an outcome that was written again after a crash
UNTAUGHT = frozenset({"control", "hold-out"})  # reasons of choices that are for comparison only
LONGEST_NAME = 100  # characters of an arm or a segment
LONGEST_AGENT = 300


def mails_step(state: None, message: StepMessage) -> tuple[None, Sequence[Action]]:
    """Say of a mail that it was written with a choice, or what became of it."""
    if not isinstance(message, Record):
        return None, ()
    if message.value is None:
        return None, (NO_VALUE,)
    signal = of_email(message.value) if isinstance(message.value, Email) else of_engagement(message.value)
    if signal is None:
        return None, (NO_CHOICE,)
    return None, (Output("mail-signals", signal.decision_id, signal, message.version),)


def of_email(email: Email) -> MailSignal | None:
    """That a mail was written, None without a choice; ValueError for names that no key can be made of."""
    if not email.choices:
        return None
    for each in email.choices:
        cell_key(each.segment, each.arm)
    return MailSignal(
        decision_id=email.decision_id,
        person=email.person,
        kind="chosen",
        at=email.written_at,
        variation=email.variation,
        variations=email.variations,
    )


def of_engagement(engagement: Engagement) -> MailSignal:
    """What became of a mail; of a long user agent the beginning."""
    return MailSignal(
        decision_id=engagement.decision_id,
        person=engagement.person,
        kind=engagement.outcome,
        at=engagement.at,
        click=engagement.click and bounded_click(engagement.click),
    )


def bounded_click(click: MailClick) -> MailClick:
    """The click with texts of bounded length."""
    agent = click.user_agent and click.user_agent[:LONGEST_AGENT]
    network = click.network and click.network[:LONGEST_NAME]
    return click.model_copy(
        update={"user_agent": agent, "network": network, "link": click.link[:LONGEST_NAME]}
    )


def cell_key(segment: str, arm: str) -> str:
    """The key of a variation in a segment; ContentError for a name that is empty, long, or has a slash."""
    for name in (segment, arm):
        if not name or len(name) > LONGEST_NAME or "/" in name:
            raise ContentError(f"variation: {name[:40]!r} is no name of an arm or a segment")
    return f"{segment}/{arm}"


def outcomes_step(state: MailState | None, message: StepMessage) -> tuple[MailState | None, Sequence[Action]]:
    """Add a signal to what is known of a mail; as time passes, say how it ended, and forget it later."""
    if isinstance(message, TimerFired):
        return (None, ()) if state is None else on_timer(state, message)
    if not isinstance(message, Record):
        return state, ()
    if message.value is None:
        return state, (NO_VALUE,)
    signal: MailSignal = message.value
    if state is None:
        state = MailState(signal.decision_id, signal.person, message.partition, message.at)
    apply(state, signal, message.at)
    return state, ()


def on_timer(state: MailState, timer: TimerFired) -> tuple[MailState | None, Sequence[Action]]:
    """Look at a mail at a watermark; nothing while sources are missing."""
    if timer.waiting:
        return state, ()
    outputs = [outcome_output(state, outcome) for outcome in look(state, timer.watermark)]
    return (None if timer.watermark >= forgotten_at(state) else state), outputs


def outcome_output(state: MailState, outcome: VariationOutcome) -> Output:
    """The record of an outcome; its version has the partition that says it."""
    key = cell_key(outcome.variation.segment, outcome.variation.arm)
    said = "retracted" if outcome.retracted else "said"
    id_ = f"{outcome.decision_id}/{outcome.known_at}/{said}/{outcome.variation.type}"
    return Output("variation-outcomes", key, outcome, (state.partition + 1, outcome.known_at), id_)


def next_look_at(state: MailState) -> int | None:
    """When the mail is looked at next."""
    return state.look_at


def evidence_step(
    rules: LearningRules, state: CellState | None, message: StepMessage
) -> tuple[CellState | None, Sequence[Action]]:
    """Add the outcome of a mail to the evidence, or take it back; once, however often it is written."""
    if not isinstance(message, Record):
        return state, ()
    if message.value is None:
        return state, (NO_VALUE,)
    outcome: VariationOutcome = message.value
    if outcome.variation.reason in UNTAUGHT:
        return state, ()
    if state is None:
        state = CellState(outcome.variation.arm, outcome.variation.segment)
    source = str(message.version[0])
    if (last := state.heard_from.get(source)) is not None and outcome.order <= last:
        return state, (REPEATED,)
    state.heard_from[source] = outcome.order
    learn(state, outcome, rules)
    return state, ()


def learn(state: CellState, outcome: VariationOutcome, rules: LearningRules) -> None:
    """Change the sums of a variation in a segment by one outcome."""
    sign = -1 if outcome.retracted else 1
    evidence = ArmEvidence(state.clicks, state.windows, state.at, state.closed)
    handed_over_at = to_epoch_ms(outcome.handed_over_at)
    now = added(evidence, handed_over_at, outcome.clicked, rules.half_life, sign)
    state.clicks, state.windows, state.at, state.closed = now.clicks, now.windows, now.at, now.closed
    state.clicked = max(0, state.clicked + sign * outcome.clicked)


def view(rules: LearningRules, state: CellState) -> Sequence[Output]:
    """The score of the variation in the segment."""
    score = VariationScore(
        variation=state.arm,
        segment=state.segment,
        written=state.closed,
        clicked=state.clicked,
        windows=state.windows,
        clicks=state.clicks,
        at=from_epoch_ms(state.at),
        half_life_days=rules.half_life_days,
    )
    return (Output("variation-scores", cell_key(state.segment, state.arm), score),)


def topic_and_key(record: Record) -> str:
    """The key of a stage that reads two topics: a state has one place in one of them."""
    return f"{record.topic}/{record.key}"


def decision_of(record: Record) -> str:
    """The key of the state of a mail; ValueError when its decision is another than the key says."""
    if record.value is not None and record.value.decision_id != record.key:
        raise ValueError(f"the key {record.key[:40]!r} and the decision disagree")
    return record.key


def cell_of(record: Record) -> str:
    """The key of the state of a variation; ValueError when the outcome is of another than the key says."""
    if record.value is not None:
        variation = record.value.variation
        if cell_key(variation.segment, variation.arm) != record.key:
            raise ValueError(f"the key {record.key[:40]!r} and the variation disagree")
    return record.key


MAILS: Stage[None] = Stage(
    name="mails",
    inputs={"emails": Email.loads, "engagements": Engagement.loads},
    codec=NoStateCodec(),
    step=mails_step,
    key=topic_and_key,
    any_time=frozenset({"engagements"}),
)
OUTCOMES: Stage[MailState] = Stage(
    name="outcomes",
    inputs={"mail-signals": MailSignal.loads},
    codec=StructCodec(MailState),
    step=outcomes_step,
    timer=next_look_at,
    key=decision_of,
)


def evidence_stage(rules: LearningRules) -> Stage[CellState]:
    """The stage `evidence` under the rules of learning."""
    return Stage(
        name="evidence",
        inputs={"variation-outcomes": VariationOutcome.loads},
        codec=StructCodec(CellState),
        step=partial(evidence_step, rules),
        view=partial(view, rules),
        key=cell_of,
    )


def stages(rules: LearningRules) -> tuple[Stage[None], Stage[MailState], Stage[CellState]]:
    """The stages of the worker."""
    return MAILS, OUTCOMES, evidence_stage(rules)
