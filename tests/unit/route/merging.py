"""A merger of watermarks, what it is told, and what it emits."""

from schemas.control import Offsets, Processed
from workers.route.watermark_merger import SIGNALS, WatermarkMerger

STALE, AHEAD = 60_000, 3_600_000
SOURCES = ("users", "messages")
ID = "0001020304050607"


def empty_merger() -> WatermarkMerger:
    """A merger of two sources with two partitions each, to which no address is under way."""
    merger = WatermarkMerger(SOURCES, 2, STALE, ahead_ms=AHEAD)
    no_addresses(merger)
    return merger


def offsets(*next_: int | None) -> Offsets:
    """Offsets of a topic by partition."""
    return Offsets(topic_id=ID, next=[*next_])


def no_addresses(merger: WatermarkMerger) -> None:
    """`documents` has written nothing to `addresses` yet."""
    none = {"addresses": offsets(0, 0)}
    merger.on_processed(Processed(wall=0, read=none, wrote=none))


def passed(merger: WatermarkMerger, topic: str, *at: int | None) -> None:
    """Watermarks of a topic were processed, by partition."""
    merger.on_processed(Processed(wall=0, read={}, marks={topic: [*at]}))


def report(merger: WatermarkMerger, topic: str, at: int) -> None:
    """A watermark was processed in both partitions."""
    passed(merger, topic, at, at)


def emitted(merger: WatermarkMerger, wall: int) -> dict[str, tuple[int, list[str]]]:
    """The watermarks emitted at a time: their own time and the sources waited for, by topic.

    Without those of the signals of jobs and mails, which follow the inbox's.
    """
    marks = {mark.topic: mark.watermark for mark in merger.emit(wall)}
    return {topic: (mark.at, mark.waiting) for topic, mark in marks.items() if topic not in SIGNALS}
