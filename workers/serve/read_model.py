"""The read model in Redis: what is known of a person, looked up by id, and the totals.

Keys, behind the prefix: `profile:ID`, `decision:ID`, `mail:ID` hold JSON as it came. `people`, `verdict:NAME`
and `reason:NAME` are sets of ids. `position:TOPIC:PARTITION` says up to where a partition has been read;
it changes together with the data, so that lost or restored data are noticed. Every change is published on
the channel `changes` as {"kind", "person", "at_ms"}.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, TypeVar

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import WatchError
from redis.retry import Retry

from schemas.decision import SendDecision
from schemas.mail import Email
from schemas.model import Model
from schemas.profile import EnrichedProfile
from workers.runtime.process.security import redis_options
from workers.runtime.process.settings import Settings
from workers.serve.changes import PEOPLE, RULES, VERDICTS, ReadModelChange, Totals, latest, memberships

CHANGES = "changes"
M = TypeVar("M", bound=Model)


class Move(NamedTuple):
    """A position that goes on: its logical key, what it must be before (None: nothing), what it is then."""

    name: str
    before: bytes | None
    after: bytes


def connect(settings: Settings, timeout_seconds: float) -> Redis:
    """A connection that waits so long at most and tries nothing twice; it is made on first use."""
    return Redis.from_url(
        settings.redis_url,
        **redis_options(settings),
        socket_timeout=timeout_seconds,
        socket_connect_timeout=timeout_seconds,
        retry=Retry(NoBackoff(), 0),
    )


class ReadModel:
    """Reads and writes the read model. All of it raises RedisError when Redis fails."""

    def __init__(self, redis: Redis, settings: Settings) -> None:
        self._redis: Any = redis
        self._name = settings.name

    def profile(self, id: str) -> EnrichedProfile | None:
        """The profile of a person, None for an unknown one."""
        return self._get("profile", id, EnrichedProfile)

    def decision(self, id: str) -> SendDecision | None:
        """The decision about a person that holds now, None when there is none."""
        return self._get("decision", id, SendDecision)

    def mail(self, id: str) -> Email | None:
        """The latest mail that was written to a person, None when there is none."""
        return self._get("mail", id, Email)

    def totals(self) -> Totals:
        """The sizes of the sets; rules for which nobody waits are left out."""
        names = [PEOPLE, *(f"verdict:{name}" for name in VERDICTS), *(f"reason:{name}" for name in RULES)]
        with self._redis.pipeline(transaction=True) as pipe:
            for name in names:
                pipe.scard(self._name(name))
            people, *counts = pipe.execute()
        verdicts = dict(zip(VERDICTS, counts, strict=False))
        reasons = dict(zip(RULES, counts[len(VERDICTS) :], strict=True))
        return Totals(people, verdicts, {name: count for name, count in reasons.items() if count})

    def positions(self, names: Sequence[str]) -> list[bytes | None]:
        """What the positions of these logical keys are."""
        return list(self._redis.mget([self._name(name) for name in names])) if names else []

    def apply(self, changes: Iterable[ReadModelChange], moves: Sequence[Move] = ()) -> bool:
        """Write changes and positions at once; repeating it changes nothing.

        False, and nothing is written, when a position is not what its move says: the data were lost, or
        another worker has the partition.
        """
        with self._redis.pipeline(transaction=True) as pipe:
            if moves:
                names = [self._name(move.name) for move in moves]
                pipe.watch(*names)
                if pipe.mget(names) != [move.before for move in moves]:
                    return False
                pipe.multi()
            self._write(pipe, latest(changes))
            for move in moves:
                pipe.set(self._name(move.name), move.after)
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
            else:
                pipe.set(name, change.value)
        for group, members in memberships(changes).items():
            if members.out:
                pipe.srem(self._name(group), *members.out)
            if members.into:
                pipe.sadd(self._name(group), *members.into)
        for change in changes:
            said = {"kind": change.kind, "person": change.person, "at_ms": change.at_ms}
            pipe.publish(self._name(CHANGES), json.dumps(said))

    def _get(self, kind: str, id: str, model: type[M]) -> M | None:
        found = self._redis.get(self._name(f"{kind}:{id}"))
        return None if found is None else model.loads(found)
