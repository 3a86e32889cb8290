"""The read model in Redis: profile, decision and mail of a person by id, and the totals.

Keys, behind the prefix: `profile:ID`, `decision:ID`, `mail:ID`, `pause:SUBJECT` hold the JSON of the record.
`people`, `verdict:NAME` and `reason:NAME` are sets of ids, `paused` is one of subjects.
`position:TOPIC:PARTITION` is the position up to which a partition was read; it is written together with the
data, so that lost or restored data are detected. Every change is published on the channel `changes` as
{"kind", "person", "at_ms"}. `timeline:ID` is a sorted set of the person's newest entries by time (see
timeline.py): topics are read in no common order, and perhaps anew. It is deleted with the profile.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import chain
from typing import Any, NamedTuple, TypeVar

from redis import Redis
from redis.exceptions import WatchError

from schemas.decision import SendDecision
from schemas.mail import Email
from schemas.model import Model
from schemas.permissions import MailPause
from schemas.profile import EnrichedProfile
from workers.runtime.process.settings import Settings
from workers.serve.changes import (
    PAUSED,
    PEOPLE,
    RULES,
    VERDICTS,
    ReadModelChange,
    Totals,
    latest,
    membership_changes,
)
from workers.serve.timeline import KEPT, Entries, TimelineEntry, decode_entry, encode_entry, newest

CHANGES = "changes"
M = TypeVar("M", bound=Model)


class PositionUpdate(NamedTuple):
    """A new position: its logical key, the value that must be stored before (None: none), the new value."""

    key: str
    before: bytes | None
    after: bytes


class ReadModel:
    """Reads and writes the read model. All methods raise RedisError when Redis fails."""

    def __init__(self, redis: Redis, settings: Settings) -> None:
        self._redis: Any = redis
        self._name = settings.name

    def profile(self, id: str) -> EnrichedProfile | None:
        """The profile of a person, None when there is none."""
        return self._get("profile", id, EnrichedProfile)

    def decision(self, id: str) -> SendDecision | None:
        """The current decision about a person, None when there is none."""
        return self._get("decision", id, SendDecision)

    def mail(self, id: str) -> Email | None:
        """The latest mail that was written to a person, None when there is none."""
        return self._get("mail", id, Email)

    def pauses(self, at: datetime) -> list[MailPause]:
        """The pauses in force at a time, the oldest first; those of single persons are among them."""
        subjects = sorted(subject.decode() for subject in self._redis.smembers(self._name(PAUSED)))
        if not subjects:
            return []
        values = self._redis.mget([self._name(f"pause:{subject}") for subject in subjects])
        pauses = [MailPause.loads(value) for value in values if value is not None]
        return sorted((pause for pause in pauses if pause.is_in_force(at)), key=lambda pause: pause.at)

    def timeline(self, id: str) -> list[TimelineEntry]:
        """The last entries about a person, oldest first; empty for somebody unknown."""
        return [decode_entry(entry) for entry in self._redis.zrange(self._name(f"timeline:{id}"), 0, -1)]

    def totals(self) -> Totals:
        """The sizes of the sets; reasons for which nobody waits are left out."""
        names = [PEOPLE, *(f"verdict:{name}" for name in VERDICTS), *(f"reason:{name}" for name in RULES)]
        with self._redis.pipeline(transaction=True) as pipe:
            for name in names:
                pipe.scard(self._name(name))
            people, *counts = pipe.execute()
        verdicts = dict(zip(VERDICTS, counts, strict=False))
        reasons = dict(zip(RULES, counts[len(VERDICTS) :], strict=True))
        return Totals(people, verdicts, {name: count for name, count in reasons.items() if count})

    def positions(self, keys: Sequence[str]) -> list[bytes | None]:
        """The positions under these logical keys, None for each that is not stored."""
        return list(self._redis.mget([self._name(key) for key in keys])) if keys else []

    def apply(
        self,
        changes: Sequence[ReadModelChange],
        updates: Sequence[PositionUpdate] = (),
        facts: Iterable[tuple[str, TimelineEntry]] = (),
    ) -> bool:
        """Write changes, positions and timelines in one transaction; a repetition changes nothing.

        `facts` are entries beside those of the changes, with their persons.

        Returns False, and writes nothing, when a stored position is not the `before` of its update: the data
        were lost, or another worker has the partition.
        """
        with self._redis.pipeline(transaction=True) as pipe:
            if updates:
                names = [self._name(update.key) for update in updates]
                pipe.watch(*names)
                if pipe.mget(names) != [update.before for update in updates]:
                    return False
                pipe.multi()
            decided = ((change.person, change.entry) for change in changes if change.entry is not None)
            self._write_timelines(pipe, newest(chain(facts, decided)))
            self._write(pipe, latest(changes))
            for update in updates:
                pipe.set(self._name(update.key), update.after)
            try:
                pipe.execute()
            except WatchError:
                return False
        return True

    def _write(self, pipe: Any, changes: list[ReadModelChange]) -> None:
        for change in changes:
            name = self._name(f"{change.kind}:{change.person}")
            if change.value is None:
                pipe.delete(name)
                if change.kind == "profile":
                    pipe.delete(self._name(f"timeline:{change.person}"))
            else:
                pipe.set(name, change.value)
        for group, members in membership_changes(changes).items():
            if members.removed:
                pipe.srem(self._name(group), *members.removed)
            if members.added:
                pipe.sadd(self._name(group), *members.added)
        for change in changes:
            message = {"kind": change.kind, "person": change.person, "at_ms": change.at_ms}
            pipe.publish(self._name(CHANGES), json.dumps(message))

    def _write_timelines(self, pipe: Any, entries: Entries) -> None:
        for person, added in entries.items():
            name = self._name(f"timeline:{person}")
            pipe.zadd(name, {encode_entry(entry): entry.at for entry in added})
            pipe.zremrangebyrank(name, 0, -KEPT - 1)

    def _get(self, kind: str, id: str, model: type[M]) -> M | None:
        value = self._redis.get(self._name(f"{kind}:{id}"))
        return None if value is None else model.loads(value)
