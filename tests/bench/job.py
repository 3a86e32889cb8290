"""The reference job on Kafka: its topics, its events, and whether its states and outputs are right."""

from collections.abc import Iterable, Iterator
from contextlib import closing

import msgspec
from kafka import TopicPartition
from kafka.admin import KafkaAdminClient

from tests.bench.load import Loaded, load
from tests.bench.measure import create, latest
from tests.bench.reference import CHANGELOG, INPUT, NAME, OUTPUT, Event, State, StateCodec, fold, new_state
from workers.runtime.engine.state_header import unpack
from workers.runtime.process.settings import Settings

encode = msgspec.json.Encoder().encode
decode = msgspec.json.Decoder(Event).decode


def committed(settings: Settings) -> int:
    """How many records of the input are below the offsets that the job's group has committed."""
    name, group = settings.name(INPUT), settings.name(NAME)
    partitions = [TopicPartition(name, number) for number in range(settings.kairos_partitions)]
    with closing(KafkaAdminClient(bootstrap_servers=settings.brokers)) as admin:
        offsets = admin.list_group_offsets({group: partitions})[group]
    return sum(max(0, offsets[partition].offset) for partition in partitions)


class WrongState(AssertionError):
    """The job's states or outputs are not what a plain fold over the same events gives."""


class Job:
    """One run of the job, on topics of its own; `expected` is the plain fold over its events so far."""

    def __init__(self, settings: Settings, output_config: dict[str, str] | None = None) -> None:
        self.settings = settings
        self.expected: dict[str, State] = {}
        create(settings, (INPUT, "dead-letters"))
        create(settings, (OUTPUT,), output_config)

    def load(self, events: Iterable[Event]) -> int:
        """Write events to the input, and fold them; returns how many."""
        return self.load_values((event.user_id, encode(event)) for event in self.folded(events))

    def load_values(self, values: Iterable[tuple[str, bytes]]) -> int:
        """Write (user, bytes) to the input as they are; returns how many."""
        return load(self.settings, (Loaded(INPUT, user.encode(), value) for user, value in values))

    def folded(self, events: Iterable[Event]) -> Iterator[Event]:
        """The same events, each folded when it is taken."""
        for event in events:
            state = self.expected.get(event.user_id)
            if state is None:
                state = self.expected[event.user_id] = new_state(event.user_id)
            fold(state, event)
            yield event

    def check(self) -> None:
        """Raise WrongState unless every state and every latest output is what the fold expects."""
        stored = latest(self.settings, CHANGELOG)
        self._compare("states", {key: unpack(value)[1] for key, value in stored.items()})
        self._compare("outputs", latest(self.settings, OUTPUT))

    def _compare(self, label: str, stored: dict[bytes, bytes]) -> None:
        actual = {key.decode(): StateCodec.decode(value) for key, value in stored.items()}
        wrong = [
            user
            for user in self.expected.keys() | actual.keys()
            if self.expected.get(user) != actual.get(user)
        ]
        if wrong:
            user = min(wrong)
            raise WrongState(
                f"{len(wrong)} of {len(self.expected)} {label} differ, such as {user}: "
                f"expected {self.expected.get(user)}, found {actual.get(user)}"
            )
