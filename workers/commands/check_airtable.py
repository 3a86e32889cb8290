"""Reads samples of the tables in Airtable, at the pace that all processes share. Nothing is written there."""

import threading
from collections.abc import Callable, Iterator, Mapping

from requests.exceptions import RequestException

from workers.capture.airtable.tables import table_of
from workers.capture.failure import RefusedError
from workers.commands.check_topic import TopicCheck, sample_findings
from workers.commands.check_writing import table_writing
from workers.commands.finding import Finding
from workers.product.airtable.base_pace import base_pace
from workers.product.airtable.refusals import AirtableRefusal, sentence
from workers.product.airtable.table_client import TableClient, TableSchema
from workers.product.airtable_fields import missing
from workers.product.airtable_records import document_of
from workers.product.sampling.source_sample import Decode, Sampler, SourceSample
from workers.product.sources import Source
from workers.runtime.process.error_text import one_line
from workers.runtime.process.settings import Settings
from workers.runtime.process.stopped import Stopped

LONGEST_SECONDS = 60.0  # for one table: its client goes on for ever by itself


def check_table(
    settings: Settings,
    source: Source,
    reading: Callable[[Source], Decode],
    size: int,
    seconds: float = LONGEST_SECONDS,
) -> TopicCheck:
    """What is to be said of one table of Airtable, within some seconds."""
    try:
        base, table = table_of(source, settings)
    except RefusedError as error:
        return TopicCheck(source.topic, "Airtable", (Finding("wrong", source.topic, str(error)),))
    place, stop = f"{base}/{table}", threading.Event()
    timer = threading.Timer(seconds, stop.set)
    timer.start()
    findings, sampler = list[Finding](), Sampler(source, reading(source))
    try:
        with base_pace(settings, base, stop) as pace:
            client = TableClient(settings, base, table, pace, stop)
            schema = client.schema()
            findings += schema_findings(source, schema, place)
            findings += table_writing(settings, source, schema)
            findings += webhook_findings(source, client)
            add_records(source, client, sampler, size)
    except AirtableRefusal as refusal:
        findings.append(Finding("wrong", source.topic, sentence(refusal, base, table)))
    except RefusedError as error:
        findings.append(Finding("wrong", source.topic, str(error)))
    except Stopped:
        says = f"Airtable has not answered for {place} within {seconds:.0f} s: check AIRTABLE_URL"
        findings.append(Finding("wrong", source.topic, says))
    except RequestException as error:
        findings.append(Finding("wrong", source.topic, f"Airtable: {one_line(error)}"))
    finally:
        timer.cancel()
    sample = sampler.result()
    return TopicCheck(source.topic, place, (*findings, *said_of(sample, place, settings)), sample)


def said_of(sample: SourceSample, place: str, settings: Settings) -> Iterator[Finding]:
    """What is to be said of the sample of a table, if anything was read of it."""
    if sample.documents:
        yield from sample_findings(sample, place, settings.kairos_dead_letter_share)


def schema_findings(source: Source, schema: TableSchema | None, place: str) -> Iterator[Finding]:
    """What is wrong with the columns; None for a schema that the token may not read."""
    if schema is None:
        says = "the token lacks the scope schema.bases:read: a renamed column is not noticed"
        yield Finding("note", source.topic, says)
    elif line := missing(source, schema.fields, frozenset(), place):
        yield Finding("wrong", source.topic, line)


def webhook_findings(source: Source, client: TableClient) -> Iterator[Finding]:
    """Whether webhooks may be used; raises AirtableRefusal, Stopped."""
    try:
        client.webhooks()
    except AirtableRefusal as refusal:
        if not refusal.is_forbidden:
            raise
        says = (
            "the token lacks the scope webhook:manage: changes are found by sweeps, deletions by comparisons"
        )
        yield Finding("note", source.topic, says)


def add_records(source: Source, client: TableClient, sampler: Sampler, size: int) -> None:
    """Count the first records of a table; raises AirtableRefusal, Stopped."""
    left = size
    for page in client.pages(None):
        for record in page[:left]:
            if isinstance(record, Mapping):
                sampler.add(document_of(source, record))
        left -= len(page)
        if left <= 0:
            return
