"""The states in the changelogs at the end, compared with a replay of the recorded inputs."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from tests.fleet import ROUTE
from tests.integration.wire import TOPICS, Wire
from tests.soak.verify import differing
from workers.commands.fleet_stage import fleet_stage
from workers.people.policy import load_policy
from workers.runtime.engine.replay import Replay
from workers.runtime.engine.state_header import RESERVED_KEYS, unpack
from workers.runtime.kafka.fencing import GenerationTracker, changelog_generation
from workers.runtime.kafka.records import ConsumerRecord
from workers.runtime.stage import Stage

OUTPUTS = ("addresses", "inbox", "enriched-profiles", "send-decisions", "emails", "engagements")
CHANGELOGS = ("route-documents-changelog", "route-addresses-changelog", "people-people-changelog")
MAIL_CHANGELOG = "mail-mail-changelog"
Stored = dict[bytes, bytes]
Content = tuple[int, int, bytes]  # high-water mark, timer, body


def recovered(records: Iterable[ConsumerRecord]) -> Stored:
    """The states of a changelog as a recovery reads them: lower generations than before are ignored."""
    newest: dict[int, int] = {}
    states: dict[bytes, bytes | None] = {}
    for raw in records:
        generation = changelog_generation(raw.headers, raw.partition) or 0
        if generation >= newest.get(raw.partition, 0):
            newest[raw.partition] = generation
            states[raw.key or b""] = raw.value
    return without_reserved_keys(states)


def compacted(records: Iterable[ConsumerRecord]) -> Stored:
    """The states of a changelog as compaction leaves them: the last record of every key."""
    return without_reserved_keys({raw.key or b"": raw.value for raw in records})


def without_reserved_keys(states: Mapping[bytes, bytes | None]) -> Stored:
    """The states, without the engine's own records."""
    return {key: value for key, value in states.items() if value is not None and key not in RESERVED_KEYS}


def contents(stored: Stored) -> dict[str, Content]:
    """Offset, timer and body of every state; the topic's id is left out, because a replay has none."""
    decoded = {}
    for key, value in stored.items():
        head, body = unpack(value)
        decoded[key.decode()] = (head.offset, head.timer, body)
    return decoded


def replayed(wire: Wire) -> dict[str, dict[str, Content]]:
    """The expected states, by changelog: every stage over its recorded inputs."""
    documents, addresses = ROUTE
    stages: tuple[tuple[Stage[Any], tuple[str, ...]], ...] = (
        (documents, (*TOPICS, "engagements")),
        (addresses, ("addresses",)),
        (fleet_stage(wire.settings, load_policy(wire.settings.kairos_policy)), ("inbox",)),
    )
    expected = {}
    for changelog, (stage, topics) in zip(CHANGELOGS, stages, strict=True):
        replay: Replay[Any] = Replay(stage)
        for topic in topics:
            replay.feed(wire.records(topic, watermarks=True))
        stored = {key: value for key, value in replay.stored().items() if key not in RESERVED_KEYS}
        expected[changelog] = contents(stored)
    return expected


def compare_states(wire: Wire, problems: dict[str, list[str]]) -> dict[str, int | str]:
    """Add the states that differ; gives how many states there are."""
    count = 0
    for changelog, expected in replayed(wire).items():
        records = wire.records(changelog)
        count += len(expected)
        for name, view in (("states_differ", recovered), ("plain_states_differ", compacted)):
            problems[name] += [f"{changelog}:{key}" for key in differing(expected, contents(view(records)))]
    return {"states": count}


def written_by_replaced_workers(records: Iterable[ConsumerRecord]) -> list[str]:
    """The records of a topic that a worker wrote after another had taken over its input partition.

    Within a stage and an input partition, the generation never goes back.
    """
    newest: dict[int, GenerationTracker] = defaultdict(GenerationTracker)  # by partition of the topic
    return [
        f"{raw.topic}/{raw.partition}/{raw.offset}"
        for raw in records
        if newest[raw.partition].is_fenced(raw.headers)
    ]


def compare_owners(wire: Wire, problems: dict[str, list[str]], topics: Iterable[str]) -> None:
    """Add the records of replaced workers."""
    for topic in topics:
        problems["overtaken"] += written_by_replaced_workers(wire.records(topic))
