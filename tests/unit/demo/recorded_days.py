"""The demo's product over two weeks, as the fleet recorded it: for commands that read the inbox again."""

from collections.abc import Iterator, Mapping
from functools import cache

from schemas.decision import SendDecision
from tests.fleet import Fleet
from tests.unit.demo.products import NOW, load
from tests.world import DAY_MS, HOUR_MS, World
from workers.demo import product
from workers.runtime.kafka.records import ConsumerRecord

DAYS = 14


class FleetReader:
    """Stands in for the reader of a fleet's topics, which are in memory."""

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet

    def beginnings(self, topic: str) -> dict[int, int]:
        """The first offset of each partition."""
        return dict.fromkeys(range(self._fleet.partitions), 0)

    def ends(self, topic: str) -> dict[int, int]:
        """The offset behind the last record of each partition."""
        ends = self.beginnings(topic)
        return ends | {record.partition: record.offset + 1 for record in self._fleet.records(topic)}

    def read_to(self, topic: str, ends: Mapping[int, int]) -> Iterator[ConsumerRecord]:
        """The records below these offsets, of the partitions that are named."""
        return (each for each in self._fleet.records(topic) if each.offset < ends.get(each.partition, 0))


@cache
def recorded_days() -> FleetReader:
    """The product from NOW on, with a watermark every hour; mails are sent a minute after their decision."""
    world = load(product.make(NOW))
    heard: set[tuple[int, int]] = set()
    for hour in range(1, DAYS * DAY_MS // HOUR_MS + 1):
        send(world, heard)
        world.now = NOW + hour * HOUR_MS
        world.settle()
    return FleetReader(world.fleet)


def send(world: World, heard: set[tuple[int, int]]) -> None:
    """Report the mails of new decisions as written and sent; `heard` are the places of those before."""
    for record in world.fleet.records("send-decisions"):
        place = (record.partition, record.offset)
        if place in heard:
            continue
        heard.add(place)
        decision = SendDecision.loads(record.value or b"")
        if decision.slot is not None:
            world.report(decision.id, "written", world.now + 1_000)
            world.report(decision.id, "sent", world.now + 60_000)
