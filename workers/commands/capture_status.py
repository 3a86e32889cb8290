"""What is known of the sources of capture: by their stored positions, their servers, and dead letters."""

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from pymongo.errors import PyMongoError

from schemas.control import SourcePosition
from workers.capture.airtable.place import place_of as table_place
from workers.capture.airtable.place import source_name as table_name
from workers.capture.databases import SourceDatabase, databases_of
from workers.capture.failure import CaptureError
from workers.capture.history import History, is_alarming
from workers.capture.history_watch import history_of
from workers.capture.position import DELETIONS, StoredPosition, read_all, with_token
from workers.capture.resume_token import place_of
from workers.capture.snapshot_requests import KEY
from workers.commands.dead_letters_io import read_letters
from workers.product.mongo import connect, database
from workers.product.mongo_errors import error_line
from workers.product.sources import Source, Sources, load_sources
from workers.runtime.kafka.reader import reading
from workers.runtime.process.settings import Settings

ANSWER_MS = 5_000
STOPPED = "stopped"


class SourceStatus(NamedTuple):
    """One source. Times are epoch ms, `lag` is in seconds; None is unknown.

    `reached` is the time in the source up to which it was read, `stored_at` when that was stored.
    `documents` are those of the source, about; `dead_letters` those of its topics that were not replayed.
    `problem` is why the source itself could not be asked.
    """

    source: str
    topics: tuple[str, ...]
    state: str
    reached: int | None = None
    stored_at: int | None = None
    history: History | None = None
    documents: int | None = None
    dead_letters: int = 0
    problem: str = ""


class Stored(NamedTuple):
    """What Kafka knows: the stored positions by key, and dead letters of documents by topic."""

    positions: Mapping[str, StoredPosition]
    dead_letters: Mapping[str, int]


def statuses(settings: Settings) -> list[SourceStatus]:
    """Every source of the file; raises ReadingError and SourcesError."""
    sources = load_sources(settings.kairos_sources, settings.mongo_uuid_representation)
    databases = databases_of(sources.captured, settings.mongo_database, settings.mongo_clusters)
    with reading(settings) as reader:
        letters = (letter for letter in read_letters(reader, values=False) if letter.worker == "capture")
        stored = Stored(read_all(reader), Counter(each.topic for each in letters if each.replayed is None))
    tables = (of_table(source, stored) for source in sources.airtable)
    return [*(of_database(each, stored, settings) for each in databases), *tables]


def of_database(source: SourceDatabase, stored: Stored, settings: Settings) -> SourceStatus:
    """The status of a database, which is asked itself."""
    known = stored.positions.get(source.name)
    position = with_token(known.position) if known else None
    status = SourceStatus(
        source.name,
        source.topics,
        state_of(source.name, source.topics, position, source.mapping, stored),
        stored_at=known.written_at if known else None,
        dead_letters=sum(stored.dead_letters.get(topic, 0) for topic in source.topics),
    )
    if position is not None and (place := place_of(position)) is not None:
        status = status._replace(reached=place.time * 1000)
    try:
        with connect(settings, "kairos-status", ANSWER_MS, source.place.cluster) as client:
            db = database(client, settings, source.place)
            counts = [db[each.collection].estimated_document_count() for each in source.sources]
            history = history_of(db, position) if position else None
    except (PyMongoError, CaptureError) as error:
        return status._replace(problem=error_line(error))
    return status._replace(history=history, documents=sum(counts))


def of_table(source: Source, stored: Stored) -> SourceStatus:
    """The status of a table of Airtable, which is not asked: every question costs one of five a second."""
    name = table_name(source.topic)
    known = stored.positions.get(name)
    position = known.position if known else None
    place = table_place(position, position.mapping if position else "")
    return SourceStatus(
        name,
        (source.topic,),
        state_of(name, (source.topic,), position, position.mapping if position else "", stored),
        reached=place.done.swept or None,
        stored_at=known.written_at if known else None,
        dead_letters=stored.dead_letters.get(source.topic, 0),
    )


def state_of(
    name: str, topics: tuple[str, ...], position: SourcePosition | None, mapping: str, stored: Stored
) -> str:
    """What the stored records say that a source is at, in words."""
    waiting = stored.positions.get(name + DELETIONS)
    if waiting and any(not each.confirmed for each in waiting.position.deletions.values()):
        return f"{STOPPED}: it would delete too much (kairos capture confirm)"
    if asked := [topic for topic in topics if topic + KEY in stored.positions]:
        return f"a new snapshot is asked for: {', '.join(asked)}"
    if position is None:
        return "not begun"
    if position.mapping != mapping:
        return "of another mapping: read anew when capture starts"
    if position.scan is not None:
        left = position.scan.topics
        now = f", now {left[0]}" if left else ""  # with the last one the stream has still to begin
        return f"snapshot: {len(topics) - len(left)} of {len(topics)} topics complete{now}"
    return "following" if position.snapshot_done else "first reading"


def source_of_topic(topic: str, sources: Sources) -> Source | None:
    """The source that capture reads for a topic, None when it reads none."""
    return next((each for each in (*sources.captured, *sources.airtable) if each.topic == topic), None)


def needs_somebody(status: SourceStatus) -> bool:
    """Whether a person has to look at a source."""
    is_short = status.history is not None and is_alarming(status.history)
    return is_short or bool(status.problem) or status.state.startswith(STOPPED)
