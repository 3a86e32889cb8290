"""A recorded demo run, replayed through every stage: outputs and stored states are the same, byte by byte.

`demo.msgpack.gz` holds the records of every input topic, with a twelfth of the watermarks; `digests.json`
holds what the stages made of them when it was written last. After an intended change of behaviour,
`python -m tests.golden` writes the digests anew; the commit says why.
"""

import asyncio
import gzip
import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from workers.mail.stage import stage as mail_stage
from workers.mail.templates import TemplateWriter
from workers.people.policy import load_policy
from workers.people.stage import stage as people_stage
from workers.route.stage import STAGES
from workers.runtime.engine.replay import Replay
from workers.runtime.kafka.records import ConsumerRecord
from workers.runtime.process.settings import DEPLOY
from workers.runtime.stage import Effect, EffectResult, Output, Record, Stage

FOLDER = Path(__file__).parent
DIGESTS = FOLDER / "digests.json"
BATCH = 97  # records that are fed at once
WRITING_MS = 7  # how long a text takes to be written here
Digests = dict[str, dict[str, int | str]]


def recorded() -> Mapping[str, list[ConsumerRecord]]:
    """The recorded records by topic, in the order of the log."""
    topics = msgspec.msgpack.decode(gzip.decompress((FOLDER / "demo.msgpack.gz").read_bytes()))
    return {topic: [record_of(topic, *row) for row in rows] for topic, rows in topics.items()}


def record_of(topic: str, *row: Any) -> ConsumerRecord:
    """A row of the recording: partition, offset, key, value, timestamp, headers."""
    partition, offset, key, value, timestamp, headers = row
    pairs = tuple(tuple(header) for header in headers)
    return ConsumerRecord(topic, partition, offset, key, value, timestamp, pairs)


def digest(parts: Iterable[Any]) -> str:
    """One sha256 over some values, each with its length."""
    sha = hashlib.sha256()
    for part in parts:
        text = repr(part).encode()
        sha.update(len(text).to_bytes(8, "big") + text)
    return sha.hexdigest()


def replayed() -> Digests:
    """What every stage makes of the recording now."""
    topics = recorded()
    found = {
        row.name: of_stage(row, topics)
        for row in (*STAGES, people_stage(load_policy(DEPLOY / "policy.toml")))
    }
    return found | {"mail": of_mail(topics["send-decisions"])}


def of_stage(row: Stage[Any], topics: Mapping[str, list[ConsumerRecord]]) -> dict[str, int | str]:
    """The digests of a stage without effects: every output, and every state as the changelog holds it."""
    replay, outputs = Replay(row, "golden"), []
    log = [record for topic in row.inputs for record in topics.get(topic, ())]
    log.sort(key=lambda record: (record.partition, record.timestamp, record.topic, record.offset))
    for start in range(0, len(log), BATCH):
        outputs += [tuple(record) for record in replay.feed(log[start : start + BATCH])]
    states = sorted(replay.stored().items())
    return {
        "outputs": len(outputs),
        "outputs_sha256": digest(outputs),
        "states": len(states),
        "states_sha256": digest(states),
    }


def of_mail(decisions: Iterable[ConsumerRecord]) -> dict[str, int | str]:
    """The digests of `mail`, written from templates: outputs of every decision, and its lease."""
    row, made = mail_stage(TemplateWriter(), lambda: 0), list[Any]()
    for raw in decisions:
        value = None if raw.value is None else row.inputs[raw.topic](raw.value)
        key, version = (raw.key or b"").decode(), (0, raw.offset)
        record = Record(raw.topic, raw.partition, raw.offset, key, value, version, raw.timestamp)
        state, actions = row.step(None, record)
        for effect in [action for action in actions if isinstance(action, Effect)]:
            result = asyncio.run(written(row, effect))
            ended = EffectResult(row.key(record), effect.request, result, raw.timestamp + WRITING_MS)
            state, outputs = row.step(state, ended)
            for output in [action for action in outputs if isinstance(action, Output)]:
                value = output.value if isinstance(output.value, bytes | None) else output.value.dumps()
                made.append((output.topic, output.key, value, output.id))
            assert state is not None
            made.append(row.codec.encode(state))
    return {"outputs": len(made), "outputs_sha256": digest(made)}


async def written(row: Stage[Any], effect: Effect) -> Any:
    """The result of an effect."""
    assert row.act is not None
    return await row.act(effect.request)
