"""Profiles and decisions for programs over HTTP, from the read model: the times of requests one by one."""

import time
from collections.abc import Callable, Iterable
from contextlib import closing
from http.client import HTTPConnection
from typing import Any

import msgspec

from deploy.embedded import Services
from deploy.embedded.ports import free_ports
from schemas.decision import SendDecision
from schemas.profile import EnrichedProfile
from tests.bench.batch_bench import AS_OF, product
from tests.bench.beacon_bench import answers
from tests.bench.measure import Row, settings_of
from tests.bench.metered import metered
from topics.plan import Cluster, apply
from workers.people import enrich_user_profiles
from workers.runtime.process.redis_connection import connect
from workers.runtime.process.settings import Settings
from workers.serve.changes import ReadModelChange
from workers.serve.read_model import ReadModel

PEOPLE, PATIENT_SECONDS = 200, 120
LATER = "2026-12-01"
DOCUMENTS = ("users", "orders", "events", "messages")


class WrongAnswer(AssertionError):
    """An answer is not that of the person."""


def run(services: Services, quick: bool) -> list[Row]:
    """Fill the read model, start serve, and ask one thing after the other."""
    count = 200 if quick else 1_000
    environment = services.environment() | {"KAIROS_HTTP_PORT": str(free_ports(1)[0])}
    settings = settings_of(environment, "bench-programs-")
    apply(Cluster(settings.brokers, settings.kairos_prefix, settings.kairos_partitions, 1))
    people = fill(settings)
    documents = dict(zip(DOCUMENTS, map(list, product(5)), strict=True)) | {"as_of": AS_OF}
    body = msgspec.json.encode(documents)
    with metered(settings, "serve") as process:
        process.wait(lambda: answers(f"http://127.0.0.1:{settings.kairos_http_port}"), PATIENT_SECONDS)
        ask = asker(settings)
        rows: list[Row] = []
        for name, paths in (
            ("GET /profiles/ID", [f"/profiles/{person}" for person in people]),
            ("GET /profiles/ID?at=", [f"/profiles/{person}?at={LATER}" for person in people]),
            ("GET /decisions/ID", [f"/decisions/{person}" for person in people]),
        ):
            timed(ask, paths[:20])
            began = process.cpu()
            seconds = timed(ask, (paths[number % PEOPLE] for number in range(count)))
            used = (process.cpu() - began) / count
            rows.append((name, spread(seconds), f"{count:,} one by one; {used * 1e3:.1f} ms of CPU each"))
        seconds = [ask("/enrich", body)[0] for _ in range(count // 10)]
        rows.append(
            ("POST /enrich", spread(seconds), f"5 users, {len(body) / 1e3:.0f} kB, {count // 10} times")
        )
        return rows


def fill(settings: Settings) -> list[str]:
    """Write profiles and decisions into the read model; the ids of the people."""
    profiles = enrich_user_profiles(*map(list, product(PEOPLE)), as_of=AS_OF)
    changes, people = [], []
    decision = SendDecision.model_validate(SendDecision.EXAMPLES[0])
    for profile in profiles:
        made = EnrichedProfile.model_validate(profile)
        told = decision.model_copy(update={"person": made.id})
        changes.append(ReadModelChange("profile", made.id, made.dumps(), 0))
        changes.append(ReadModelChange("decision", made.id, told.dumps(), 0, "send"))
        people.append(made.id)
    with connect(settings, PATIENT_SECONDS) as redis:
        ReadModel(redis, settings).apply(changes)
    return people


def asker(settings: Settings) -> Callable[..., tuple[float, Any]]:
    """A function that asks over one connection: seconds and content."""
    connection = HTTPConnection("127.0.0.1", settings.kairos_http_port, timeout=PATIENT_SECONDS)

    def ask(path: str, body: bytes | None = None) -> tuple[float, Any]:
        began = time.perf_counter()
        headers = {"Content-Type": "application/json"}
        connection.request("GET" if body is None else "POST", path, body, headers)
        with closing(connection.getresponse()) as answer:
            content = answer.read()
        seconds = time.perf_counter() - began
        if answer.status != 200:
            raise WrongAnswer(f"{path}: {answer.status} {content[:200]!r}")
        return seconds, msgspec.json.decode(content)

    return ask


def timed(ask: Callable[..., tuple[float, Any]], paths: Iterable[str]) -> list[float]:
    """The seconds of each request; raises WrongAnswer when it is about somebody else."""
    seconds = []
    for path in paths:
        took, content = ask(path)
        person = path.split("/")[2].partition("?")[0]
        if person not in (content["id"], content.get("person")):
            raise WrongAnswer(f"{path} is about {content['id']}")
        seconds.append(took)
    return seconds


def spread(seconds: list[float]) -> str:
    """Median, 99th percentile and the longest, in milliseconds."""
    ordered = sorted(1000 * each for each in seconds)
    p50, p99 = ordered[len(ordered) // 2], ordered[len(ordered) * 99 // 100]
    return f"p50 {p50:.1f} ms, p99 {p99:.1f} ms, at most {ordered[-1]:.1f} ms"
