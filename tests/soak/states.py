"""What the changelogs hold in the end, beside what a replay of the recorded inputs comes to."""

from collections.abc import Iterable, Mapping
from typing import Any

from tests.integration.wire import TOPICS, Wire
from tests.soak.verify import differing
from workers.people.policy import load_policy
from workers.people.stage import stage as people
from workers.route.stage import ADDRESSES, DOCUMENTS
from workers.runtime.engine.replay import Replay
from workers.runtime.engine.state_header import RESERVED_KEYS, unpack
from workers.runtime.kafka.fencing import generation_of
from workers.runtime.kafka.headers import FENCE
from workers.runtime.kafka.records import ConsumerRecord
from workers.runtime.stage import Stage

OUTPUTS = ("addresses", "inbox", "enriched-profiles", "send-decisions", "emails", "engagements")
CHANGELOGS = ("route-documents-changelog", "route-addresses-changelog", "people-people-changelog")
MAIL_CHANGELOG = "mail-mail-changelog"
Stored = dict[bytes, bytes]
Content = tuple[int, int, bytes]  # high-water mark, timer, body


def recovered(records: Iterable[ConsumerRecord]) -> Stored:
    """The states of a changelog as a recovery reads them: a generation below one seen before is ignored."""
    newest: dict[int, int] = {}
    found: dict[bytes, bytes | None] = {}
    for raw in records:
        generation = generation_of(raw.headers)
        if generation >= newest.get(raw.partition, 0):
            newest[raw.partition] = generation
            found[raw.key or b""] = raw.value
    return without_clocks(found)


def plain(records: Iterable[ConsumerRecord]) -> Stored:
    """The states of a changelog as compaction leaves them: the last record of every key."""
    return without_clocks({raw.key or b"": raw.value for raw in records})


def without_clocks(found: Mapping[bytes, bytes | None]) -> Stored:
    """What there is, but for the partitions' watermarks."""
    return {key: value for key, value in found.items() if value is not None and key not in RESERVED_KEYS}


def contents(stored: Stored) -> dict[str, Content]:
    """Mark, timer and body of every state; the topic's id is left out, because a replay knows none."""
    found = {}
    for key, value in stored.items():
        head, body = unpack(value)
        found[key.decode()] = (head.offset, head.timer, body)
    return found


def replayed(wire: Wire) -> dict[str, dict[str, Content]]:
    """What the states should be, by changelog: every stage over its recorded inputs."""
    stages: tuple[tuple[Stage[Any], tuple[str, ...]], ...] = (
        (DOCUMENTS, (*TOPICS, "engagements")),
        (ADDRESSES, ("addresses",)),
        (people(load_policy(wire.settings.kairos_policy)), ("inbox",)),
    )
    found = {}
    for changelog, (stage, topics) in zip(CHANGELOGS, stages, strict=True):
        replay: Replay[Any] = Replay(stage)
        for topic in topics:
            replay.feed(wire.records(topic, watermarks=True))
        stored = {key: value for key, value in replay.stored().items() if key not in RESERVED_KEYS}
        found[changelog] = contents(stored)
    return found


def compare_states(wire: Wire, found: dict[str, list[str]]) -> dict[str, int | str]:
    """Fill in which states differ; gives how many there are."""
    count = 0
    for changelog, expected in replayed(wire).items():
        records = wire.records(changelog)
        count += len(expected)
        for name, view in (("states_differ", recovered), ("plain_states_differ", plain)):
            found[name] += [f"{changelog}:{key}" for key in differing(expected, contents(view(records)))]
    return {"states": count}


def overtaken(records: Iterable[ConsumerRecord]) -> list[str]:
    """The records of a topic that a worker wrote after another had taken over its input partition.

    Stage and input partition name a line of owners; within each, a generation never goes back.
    """
    newest: dict[tuple[int, bytes, bytes], int] = {}
    late = []
    for raw in records:
        headers = dict(raw.headers)
        if FENCE in headers:
            line = (raw.partition, headers.get("ce_source", b""), headers[FENCE].split(b".")[0])
            generation = generation_of(raw.headers)
            if generation < newest.get(line, 0):
                late.append(f"{raw.topic}/{raw.partition}/{raw.offset}")
            newest[line] = max(generation, newest.get(line, 0))
    return late


def compare_owners(wire: Wire, found: dict[str, list[str]], topics: Iterable[str]) -> None:
    """Fill in what replaced workers have written."""
    for topic in topics:
        found["overtaken"] += overtaken(wire.records(topic))
