"""Compares what a fleet has written with replays of what it has read."""

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
from tests.soak.verify import differing, flow_profiles, timeless
from workers.mail.lease import Lease
from workers.people.policy import load_policy
from workers.people.stage import stage
from workers.product.mapping import encode_document
from workers.product.mongo import CODEC
from workers.product.sources import load_sources
from workers.runtime.codec import StructCodec
from workers.runtime.engine.replay import Replay
from workers.runtime.kafka.headers import is_watermark, version_of
from workers.runtime.kafka.records import ConsumerRecord

LATER_MS = 300_000  # after the load has ended, so that no profile is younger
MAILS_OWN = b"/kairos/mail"


def compare(wire: Wire, outcome: Outcome, last: int, *, mail: bool) -> None:
    """Fill in what differs from a replay of the recorded inbox, and of the whole flow up to `last`."""
    found = outcome.found
    inbox = wire.records("inbox", watermarks=True)
    written = Replay(stage(load_policy(wire.settings.kairos_policy))).feed(inbox)
    profiles = {(one.key or b"").decode(): one.value for one in written if one.topic == "enriched-profiles"}
    expected = {key: value for key, value in profiles.items() if value is not None}
    actual = wire.latest("enriched-profiles")
    found["profiles_differ"] = differing(expected, actual)
    later = last + LATER_MS
    found["flow_differs"] = differing(timeless(flow_profiles(wire, last), later), timeless(actual, later))
    decided = [one.value for one in written if one.topic == "send-decisions"]
    decisions = compare_decisions(wire, outcome, [SendDecision.loads(one) for one in decided if one])
    outcome.counts |= counted(wire, inbox) | {"profiles": len(actual)}
    outcome.counts |= compare_states(wire, found)
    if mail:
        compare_mails(wire, outcome, decisions)
        compare_outcomes(wire, outcome, decisions)
    compare_owners(wire, found, (*OUTPUTS, *CHANGELOGS, *([MAIL_CHANGELOG] if mail else [])))
    outcome.dead = len(wire.records("dead-letters"))


def counted(wire: Wire, inbox: list[ConsumerRecord]) -> dict[str, int | str]:
    """How much of everything there is."""
    facts = [raw for raw in inbox if not is_watermark(raw.headers)]
    return {
        "documents": sum(len(wire.records(topic)) for topic in TOPICS),
        "facts": len(facts),
        "facts repeated": len(facts) - len({(raw.key, dict(raw.headers)["ce_id"]) for raw in facts}),
        "watermarks": len(inbox) - len(facts),
        "profile records": len(wire.records("enriched-profiles")),
    }


def compare_decisions(wire: Wire, outcome: Outcome, decided: list[SendDecision]) -> set[str]:
    """Every send or ask of the replay is there with one content, and no other is; gives their ids."""
    found = [SendDecision.loads(raw.value) for raw in wire.records("send-decisions") if raw.value]
    contents: dict[str, set[bytes]] = defaultdict(set)
    for one in found:
        if one.slot is not None:
            contents[one.id].add(one.dumps())
    expected = {one.id: one.dumps() for one in decided if one.slot is not None}
    outcome.found["lost"] = sorted(expected.keys() - contents.keys())
    outcome.found["extra"] = sorted(contents.keys() - expected.keys())
    outcome.found["contradictory"] = sorted(
        id_ for id_, bodies in contents.items() if id_ in expected and bodies != {expected[id_]}
    )
    outcome.found["waits_differ"] = differing(
        {one.person: one.dumps() for one in decided}, {one.person: one.dumps() for one in found}
    )
    times = Counter(one.id for one in found if one.slot is not None)
    outcome.counts |= {
        "decisions": len(expected),
        "decisions repeated": sum(count - 1 for count in times.values()),
    }
    return set(contents)


def compare_mails(wire: Wire, outcome: Outcome, decisions: set[str]) -> None:
    """Each decision has one mail, under its own id; a repetition differs in the time of writing at most."""
    bodies: dict[str, set[bytes]] = defaultdict(set)
    found = [Email.loads(raw.value) for raw in wire.records("emails") if raw.value]
    for mail in found:
        bodies[mail.decision_id].add(mail.model_copy(update={"written_at": mail.valid_until}).dumps())
    outcome.found["unwritten"] = sorted(decisions - bodies.keys())
    outcome.found["written_twice"] = sorted(
        id_ for id_, contents in bodies.items() if len(contents) > 1 or id_ not in decisions
    )
    outcome.counts |= {"mails": len(bodies), "mails repeated": len(found) - len(bodies)}


def compare_outcomes(wire: Wire, outcome: Outcome, decisions: set[str]) -> None:
    """Each decision has one outcome in the state of `mail`, and that one, under one id, in `engagements`."""
    codec = StructCodec(Lease)
    leases = contents(recovered(wire.records(MAIL_CHANGELOG)))
    stored = {id_: {codec.decode(body).outcome} for id_, (_, _, body) in leases.items()}
    said: dict[str, set[Any]] = defaultdict(set)
    ids: dict[str, set[bytes]] = defaultdict(set)
    records = [raw for raw in wire.records("engagements") if raw.value]
    for raw in records:
        headers = dict(raw.headers)
        if headers["ce_source"] == MAILS_OWN:
            one = Engagement.loads(raw.value or b"")
            said[one.decision_id].add(one.outcome)
            ids[one.decision_id].add(headers["ce_id"])
    wrong = {id_ for id_ in decisions if len(ids[id_]) != 1 or said[id_] != stored.get(id_)}
    outcome.found["outcomes_differ"] = sorted(wrong | stored.keys() - decisions | said.keys() - decisions)
    outcome.counts |= {"outcomes": len(ids), "outcomes repeated": len(records) - len(ids)}


def newest(records: Iterable[ConsumerRecord]) -> dict[str, bytes]:
    """The documents of a topic: of each key the highest version, of equal ones the last; no deleted ones."""
    found: dict[str, ConsumerRecord] = {}
    for raw in records:
        key = (raw.key or b"").decode()
        if key not in found or (version_of(raw.headers) or (0, 0)) >= (
            version_of(found[key].headers) or (0, 0)
        ):
            found[key] = raw
    return {key: raw.value for key, raw in found.items() if raw.value is not None}


def compare_capture(wire: Wire, db: Database[RawDocument]) -> list[str]:
    """The documents whose newest record is not what MongoDB holds."""
    found = []
    typed = db.with_options(codec_options=CODEC)
    for source in load_sources(wire.settings.kairos_sources).captured:
        documents = {each["_id"]: encode_document(source, each) for each in typed[source.collection].find()}
        found += [f"{source.topic}/{key}" for key in differing(documents, newest(wire.records(source.topic)))]
    return found
