"""The fields of a profile that come from jobs by the simplest means, to compare with."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from math import fsum
from typing import Any

from tests.job_loops import Told, counting, final, order

Doc = Mapping[str, Any]
Rows = list[tuple[Told, Doc]]
SOURCES = (  # fields with the time, the kind ("": viewed) and the seconds
    ("job-views", "viewed_at", "", "time_spent_seconds"),
    ("job-preferences", "created_at", "preference_type", ""),
    ("interactions", "at", "kind", "seconds"),
)
KINDS = ("viewed", "applied", "saved", "rejected", "ignored")
EXCLUDING = ("applied", "rejected", "ignored")
WINDOW = timedelta(days=90)


def from_ms(at: int) -> datetime:
    """A time in UTC from epoch milliseconds."""
    return datetime.fromtimestamp(at / 1000, UTC)


def told(own: Mapping[str, Sequence[Doc]]) -> Rows:
    """What a person did with jobs, with the document that says it last."""
    facts: dict[str, Told] = {}
    documents: dict[str, Doc] = {}
    for topic, time, kind, seconds in SOURCES:
        for document in own.get(topic, ()):
            at = document[time] and round(document[time].timestamp() * 1000)
            what, length = document[kind] if kind else "viewed", document[seconds] if seconds else 0.0
            undo, version = document.get("undo", False), document.get("version", 0)
            new = Told(at, f"{topic}/{document['id']}", document["job_id"], what, length, undo, version)
            facts[new.id] = final(facts, new)
            if facts[new.id].undo == undo:
                documents[new.id] = document
    return [(fact, documents[id_]) for id_, fact in facts.items()]


def counted(rows: Rows) -> Rows:
    """What counts of a job, without what takes back, in order."""
    by_id = {fact.id: (fact, document) for fact, document in rows if fact.kind in KINDS}
    return [by_id[fact.id] for fact in counting([row[0] for row in by_id.values()]) if not fact.undo]


def tagged(own: Mapping[str, Sequence[Doc]]) -> Iterator[tuple[datetime | None, str, float, Doc]]:
    """What counts, of a job or of none, in order: time, kind, seconds and document."""
    rows = told(own)
    jobless = [row for row in rows if not row[0].job and not row[0].undo and row[0].kind in KINDS]
    for fact, document in sorted([*counted(rows), *jobless], key=lambda row: order(row[0])):
        at = None if fact.at is None else from_ms(fact.at)
        yield at, fact.kind, fact.seconds, document


def job_fields(own: Mapping[str, Sequence[Doc]], now: datetime) -> dict[str, Any]:
    """The fields of the profile at a time."""
    rows = counted(told(own))
    excluding = sorted((fact for fact, _ in rows if fact.kind in EXCLUDING), key=lambda fact: order(fact)[2])
    excluding.sort(key=lambda fact: (fact.at is not None, fact.at or 0), reverse=True)
    searches = [
        (fact.at or 0, document) for fact, document in told(own) if fact.kind == "searched" and not fact.undo
    ]
    searches.sort(key=lambda row: (-row[0], row[1]["query"] or "", row[1]["place"] or ""))
    named = [(from_ms(at), search) for at, search in searches if search["query"] or search["place"]]
    return {
        "jobs": [*interests(rows, now)],
        "job_window_days": WINDOW.days,
        "searches": [
            {"query": search["query"], "place": search["place"], "at": at}
            for at, search in named
            if at >= now - WINDOW
        ],
        "excluded_jobs": list(dict.fromkeys(fact.job for fact in excluding)),
        "jobs_viewed": len({fact.job for fact, _ in rows if fact.kind == "viewed"}),
        "jobs_saved": len({fact.job for fact, _ in rows if fact.kind == "saved"}),
    }


def interests(rows: Rows, now: datetime) -> Iterator[dict[str, Any]]:
    """The interests in jobs at a time, newest first."""
    dated = [(from_ms(fact.at), fact, document) for fact, document in rows if fact.at is not None]
    of_job = {fact.job: [row for row in dated if row[1].job == fact.job] for _, fact, _ in dated}
    for job, own in sorted(of_job.items(), key=lambda item: (now - item[1][-1][0], item[0])):
        times = {fact.kind: at for at, fact, _ in own if at >= now - WINDOW}
        views = [
            (at, fact.seconds, document["source"]) for at, fact, document in own if fact.kind == "viewed"
        ]
        seconds = [length for at, length, _ in views if at >= views[-1][0] - WINDOW]
        viewed = "viewed" in times
        if times:
            yield {
                "job_id": job,
                **{f"{kind}_at": times.get(kind) for kind in KINDS},
                "viewed_seconds": round(fsum(seconds), 3) if viewed else 0.0,
                "source": views[-1][2] if viewed else None,
            }
