"""Compares the records that a fleet has written with replays of the records that it has read."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from pymongo.database import Database

from schemas.decision import SendDecision
from schemas.mail import Email, Engagement
from schemas.model import RawDocument
from tests.integration.wire import TOPICS, Wire
from tests.soak.outcome import Outcome
from tests.soak.states import (
    CHANGELOGS,
    MAIL_CHANGELOG,
    OUTPUTS,
    compare_owners,
    compare_states,
    contents,
    recovered,
)
from tests.soak.verify import differing, differing_fields, flow_profiles, timeless
from workers.commands.fleet_stage import fleet_stage
from workers.mail.lease import Lease
from workers.people.policy import load_policy
from workers.product.mapping import encode_document
from workers.product.mongo import CODEC
from workers.product.sources import load_sources
from workers.runtime.codec import StructCodec
from workers.runtime.engine.replay import Replay
from workers.runtime.kafka.headers import is_watermark, version_of
from workers.runtime.kafka.records import ConsumerRecord

LATER_MS = 300_000  # after the load has ended, so that no profile is younger
MAIL_SOURCE = b"/kairos/mail"


def compare(wire: Wire, outcome: Outcome, last: int, *, mail: bool, flow: bool = True) -> None:
    """Add the differences from a replay of the recorded inbox, and of the whole flow up to `last`.

    Without `flow` the latter is left out: where senders report late, profiles depend on when that was.
    """
    problems = outcome.problems
    inbox = wire.records("inbox", watermarks=True)
    policy = load_policy(wire.settings.kairos_policy)
    written = Replay(fleet_stage(wire.settings, policy)).feed(inbox)
    profiles = {
        (record.key or b"").decode(): record.value
        for record in written
        if record.topic == "enriched-profiles"
    }
    expected = {key: value for key, value in profiles.items() if value is not None}
    actual = wire.latest("enriched-profiles")
    problems["profiles_differ"] = differing(expected, actual)
    if flow:
        later = last + LATER_MS
        problems["flow_differs"] = differing_fields(
            timeless(flow_profiles(wire, last), later), timeless(actual, later)
        )
    decided = [record.value for record in written if record.topic == "send-decisions"]
    decisions = compare_decisions(wire, outcome, [SendDecision.loads(value) for value in decided if value])
    outcome.counts |= record_counts(wire, inbox) | {"profiles": len(actual)}
    outcome.counts |= compare_states(wire, problems)
    if mail:
        compare_mails(wire, outcome, decisions)
        compare_outcomes(wire, outcome, decisions)
    compare_owners(wire, problems, (*OUTPUTS, *CHANGELOGS, *([MAIL_CHANGELOG] if mail else [])))
    outcome.dead = len(wire.records("dead-letters"))


def record_counts(wire: Wire, inbox: list[ConsumerRecord]) -> dict[str, int | str]:
    """How many documents, facts, watermarks and profile records there are."""
    facts = [raw for raw in inbox if not is_watermark(raw.headers)]
    return {
        "documents": sum(len(wire.records(topic)) for topic in TOPICS),
        "facts": len(facts),
        "facts repeated": len(facts) - len({(raw.key, dict(raw.headers)["ce_id"]) for raw in facts}),
        "watermarks": len(inbox) - len(facts),
        "profile records": len(wire.records("enriched-profiles")),
    }


def compare_decisions(wire: Wire, outcome: Outcome, decided: list[SendDecision]) -> set[str]:
    """Every `send` or `ask` of the replay was published with one content, and no other; gives their ids."""
    published = [SendDecision.loads(raw.value) for raw in wire.records("send-decisions") if raw.value]
    contents: dict[str, set[bytes]] = defaultdict(set)
    for decision in published:
        if decision.slot is not None:
            contents[decision.id].add(decision.dumps())
    expected = {decision.id: decision.dumps() for decision in decided if decision.slot is not None}
    outcome.problems["lost"] = sorted(expected.keys() - contents.keys())
    outcome.problems["extra"] = sorted(contents.keys() - expected.keys())
    outcome.problems["contradictory"] = sorted(
        id_ for id_, bodies in contents.items() if id_ in expected and bodies != {expected[id_]}
    )
    outcome.problems["waits_differ"] = differing(
        {decision.person: decision.dumps() for decision in decided},
        {decision.person: decision.dumps() for decision in published},
    )
    times = Counter(decision.id for decision in published if decision.slot is not None)
    outcome.counts |= {
        "decisions": len(expected),
        "decisions repeated": sum(count - 1 for count in times.values()),
    }
    return set(contents)


def compare_mails(wire: Wire, outcome: Outcome, decisions: set[str]) -> None:
    """Each decision has one mail, under its own id; a repetition is for the same person, and about the same.

    Its text may be another one: it is of jobs and events that were open when it was written, of a model, and
    of a variation that was chosen by what was known then. The first record counts.
    """
    bodies: dict[str, set[tuple[object, ...]]] = defaultdict(set)
    mails = [Email.loads(raw.value) for raw in wire.records("emails") if raw.value]
    for mail in mails:
        bodies[mail.decision_id].add(said_of(mail))
    outcome.problems["unwritten"] = sorted(decisions - bodies.keys())
    outcome.problems["written_twice"] = sorted(
        id_ for id_, contents in bodies.items() if len(contents) > 1 or id_ not in decisions
    )
    outcome.counts |= {"mails": len(bodies), "mails repeated": len(mails) - len(bodies)}


def said_of(mail: Email) -> tuple[object, ...]:
    """What is the same in every repetition of a mail, whoever has written its text.

    How it is written is chosen by the profile and the scores of then, which may be others.
    """
    return (mail.id, mail.person, mail.verdict, mail.campaign, mail.language, mail.valid_until)


def compare_outcomes(wire: Wire, outcome: Outcome, decisions: set[str]) -> None:
    """Each decision has one outcome in the state of `mail`, and that one in `engagements`, under one id."""
    codec = StructCodec(Lease)
    leases = contents(recovered(wire.records(MAIL_CHANGELOG)))
    stored = {id_: {codec.decode(body).outcome} for id_, (_, _, body) in leases.items()}
    published: dict[str, set[Any]] = defaultdict(set)
    ids: dict[str, set[bytes]] = defaultdict(set)
    records = [raw for raw in wire.records("engagements") if raw.value]
    for raw in records:
        headers = dict(raw.headers)
        if headers["ce_source"] == MAIL_SOURCE:
            engagement = Engagement.loads(raw.value or b"")
            published[engagement.decision_id].add(engagement.outcome)
            ids[engagement.decision_id].add(headers["ce_id"])
    wrong = {id_ for id_ in decisions if len(ids[id_]) != 1 or published[id_] != stored.get(id_)}
    outcome.problems["outcomes_differ"] = sorted(
        wrong | stored.keys() - decisions | published.keys() - decisions
    )
    outcome.counts |= {"outcomes": len(ids), "outcomes repeated": len(records) - len(ids)}


def newest(records: Iterable[ConsumerRecord]) -> dict[str, bytes]:
    """The documents of a topic: of each key the highest version, of equal ones the last; no deleted ones."""
    latest: dict[str, ConsumerRecord] = {}
    for raw in records:
        key = (raw.key or b"").decode()
        if key not in latest or (version_of(raw.headers) or (0, 0)) >= (
            version_of(latest[key].headers) or (0, 0)
        ):
            latest[key] = raw
    return {key: raw.value for key, raw in latest.items() if raw.value is not None}


def compare_capture(wire: Wire, db: Database[RawDocument]) -> list[str]:
    """The documents whose newest record is not what MongoDB holds."""
    keys = []
    typed = db.with_options(codec_options=CODEC)
    for source in load_sources(wire.settings.kairos_sources).captured:
        documents = {
            document["_id"]: encode_document(source, document) for document in typed[source.collection].find()
        }
        keys += [f"{source.topic}/{key}" for key in differing(documents, newest(wire.records(source.topic)))]
    return keys
