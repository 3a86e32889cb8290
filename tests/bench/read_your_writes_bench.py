"""From a click to the same person's next list: the whole chain of a job feed, while others are at it, too."""

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from itertools import islice, permutations
from pathlib import Path
from typing import Any, NamedTuple
from urllib.error import HTTPError

from kafka import KafkaProducer

from deploy.embedded import Services
from deploy.embedded.ports import free_ports
from schemas.documents import Job, User
from tests.bench.beacon_bench import UNLIMITED
from tests.bench.beacon_sender import PEOPLE
from tests.bench.feed_jobs import WORDS
from tests.bench.measure import Row, settings_of
from tests.bench.metered import Metered, metered
from tests.integration.wire import Wire
from topics.plan import Cluster, apply
from workers.runtime.process.clock import now_ms
from workers.runtime.process.redis_connection import connect
from workers.runtime.process.settings import Settings, without_settings
from workers.serve.read_model import ReadModel
from workers.serve.tracking.tokens import TokenKeys

FLEET = ("route", "people", "jobs", "serve")
RATE, CLICKS_PER_SECOND, PATIENT_SECONDS = 500, 2, 180
JOBS, CLICKERS, AT_ONCE = 997, 100, 16  # the jobs are those that the beacons tell of
PAUSE_SECONDS = 0.02  # before a beacon is sent again that serve had no room for
PAGE, BUSY = 20, 503
# so that nothing but what the person does moves a job out of their list: not chance, not what others do
POLICY = "[jobs]\nexploration = 0\nmax_boost = 0\n[jobs.points]\nfatigue = 0\ntrend = 0\nfresh = 0\n"


class ClickLost(AssertionError):
    """A list lacks a job that the person's profile does not exclude, or a beacon was refused."""


class Clicked(NamedTuple):
    """A rejection: seconds to its 202 and to the first list without the job; how many lists came by then."""

    answered: float
    seen: float
    lists: int


class Clicker:
    """A person with a token, who has their list open as a stream and rejects the first job of it."""

    def __init__(self, settings: Settings, name: str) -> None:
        self.name = name
        self._address = f"http://127.0.0.1:{settings.kairos_http_port}/jobs/api"
        self._token = TokenKeys(settings.token_secrets, settings.token_ms).sign(name, now_ms())

    def lists(self) -> Generator[list[str], None, None]:
        """The first page of the list, now and after each change of the profile; raises OSError."""
        headers = {"Authorization": f"Bearer {self._token}"}
        request = urllib.request.Request(f"{self._address}/feed/stream?size={PAGE}", headers=headers)
        with urllib.request.urlopen(request, timeout=PATIENT_SECONDS) as answer:
            for line in answer:
                if line.startswith(b"data: "):
                    yield [each["job"]["id"] for each in json.loads(line[6:])["jobs"]]

    def has_list(self) -> bool:
        """Whether there is a whole page for the person."""
        try:
            with closing(self.lists()) as lists:
                return len(next(lists)) == PAGE
        except OSError:
            return False

    def reject(self, job: str) -> bool:
        """Press the button, once; False when serve asks to come again."""
        press = {"id": f"{self.name}-{job}", "token": self._token, "job_id": job, "kind": "rejected"}
        request = urllib.request.Request(
            f"{self._address}/track-preference/", json.dumps(press).encode(), {"Content-Type": "text/plain"}
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return bool(answer.status == 202)
        except HTTPError as error:
            if error.code != BUSY:
                raise
            return False

    def click(self, model: ReadModel) -> Clicked:
        """Reject the first job, and wait for a list without it; raises ClickLost."""
        with closing(self.lists()) as lists:
            job, began = next(lists)[0], time.perf_counter()
            while not self.reject(job):
                time.sleep(PAUSE_SECONDS)
            answered, count = time.perf_counter() - began, 0
            for shown in lists:
                count += 1
                if shown and job not in shown:
                    break
                if time.perf_counter() - began > PATIENT_SECONDS:
                    raise ClickLost(f"{self.name} is still shown {job}, or no job at all")
            seen = time.perf_counter() - began
        profile = model.profile(self.name)
        if profile is None or job not in profile.excluded_jobs:
            raise ClickLost(f"{self.name} is not shown {job}, and has not rejected it")
        return Clicked(answered, seen, count)


def run(services: Services, quick: bool) -> list[Row]:
    """Start the workers behind the job feed, warm them up, then click under load."""
    clicks = 20 if quick else 200
    with tempfile.TemporaryDirectory(prefix="kairos-bench-") as folder, ExitStack() as stack:
        policy = Path(folder) / "policy.toml"
        policy.write_text(POLICY)
        environment = services.environment() | UNLIMITED | {"KAIROS_POLICY": str(policy)}
        environment |= {"KAIROS_HTTP_PORT": str(free_ports(1)[0])}
        settings = settings_of(environment, "bench-clicks-")
        apply(Cluster(settings.brokers, settings.kairos_prefix, settings.kairos_partitions, 1))
        people = [Clicker(settings, f"clicker_{number}") for number in range(CLICKERS)]
        write_product(settings, [person.name for person in people])
        fleet = {name: stack.enter_context(metered(settings, name)) for name in FLEET}
        for person in people:
            fleet["serve"].wait(person.has_list, PATIENT_SECONDS)
        model = ReadModel(stack.enter_context(connect(settings, PATIENT_SECONDS)), settings)
        with background(settings, "warm", 10 * RATE, Path(folder) / "warm"):
            list(click(people, model, 5 * CLICKS_PER_SECOND))
        lasting = clicks / CLICKS_PER_SECOND + 10
        with background(settings, "measured", int(lasting * RATE), Path(folder) / "told") as others:
            cpu, began = cpu_of(fleet), time.perf_counter()
            clicked = list(click(people, model, clicks))
            seconds = time.perf_counter() - began
            used = {name: (after - cpu[name]) / seconds for name, after in cpu_of(fleet).items()}
            if others.poll() is not None:
                raise ClickLost("the others had ended before the last click was seen")
        return rows(clicked, json.loads((Path(folder) / "told").read_text()), used)


def write_product(settings: Settings, clickers: Sequence[str]) -> None:
    """Write the users and the jobs to their topics, as a product that feeds them itself."""
    with closing(Wire(settings, KafkaProducer(bootstrap_servers=settings.brokers))) as wire:
        for name in (*clickers, *(f"user_{number}" for number in range(PEOPLE))):
            wire.put("users", name, User(id=name, email=f"{name}@example.com"), now_ms())
        for number, (trade, other, tag) in enumerate(islice(permutations(WORDS, 3), JOBS)):
            # not too alike: what is next to a rejected job leaves the list with it
            job = Job(id=f"job_{number}", title=f"{trade} {other}", tags=[tag], company=f"c{number % 300}")
            wire.put("jobs", job.id, job, now_ms())
        wire.producer.flush()


@contextmanager
def background(
    settings: Settings, prefix: str, count: int, file: Path
) -> Iterator["subprocess.Popen[bytes]"]:
    """So many visits of other people, from another process.

    Raises ClickLost unless all were accepted, or asked to come again, as on a machine that is too busy.
    """
    address = f"http://127.0.0.1:{settings.kairos_http_port}"
    command = [sys.executable, "-m", "tests.bench.beacon_sender", address, str(count), str(RATE), prefix]
    with subprocess.Popen([*command, str(file)], env=without_settings(os.environ)) as process:
        try:
            yield process
            process.wait()
        finally:
            process.kill()
    statuses = json.loads(file.read_text())["statuses"]
    if not statuses.keys() <= {"202", str(BUSY)}:
        raise ClickLost(f"of {count} beacons: {statuses}")


def click(people: Sequence[Clicker], model: ReadModel, count: int) -> Iterator[Clicked]:
    """So many clicks at CLICKS_PER_SECOND, of one person after the other."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        began, clicked = time.perf_counter(), []
        for number in range(count):
            time.sleep(max(0.0, began + number / CLICKS_PER_SECOND - time.perf_counter()))
            clicked.append(pool.submit(people[number % len(people)].click, model))
        yield from (each.result() for each in clicked)


def rows(clicked: Sequence[Clicked], told: Any, used: dict[str, float]) -> list[Row]:
    """The figures of a run: times of the clicks, and CPU of the workers as shares of a core."""
    rate = told["statuses"]["202"] / told["lasted"]
    how = (
        f"{len(clicked)} rejections of {CLICKERS} people, {JOBS} jobs; visits of {PEOPLE:,} others "
        f"accepted at {rate:,.0f}/s; serve, route, people, jobs, Kafka and Redis on this machine"
    )
    lists = sum(each.lists for each in clicked) / len(clicked)
    busy = ", ".join(f"{name} {share:.0%}" for name, share in used.items())
    return [
        ("click to list without the job, over the stream", spread([each.seen for each in clicked]), how),
        ("of it, click to 202", spread([each.answered for each in clicked]), f"then {lists:.1f} lists each"),
        ("CPU of a core", busy, "user and system, while it was clicked"),
    ]


def spread(seconds: Sequence[float]) -> str:
    """Median, 99th percentile and the longest, in milliseconds."""
    ordered = sorted(1000 * each for each in seconds)
    p50, p99 = ordered[len(ordered) // 2], ordered[len(ordered) * 99 // 100]
    return f"p50 {p50:.0f} ms, p99 {p99:.0f} ms, at most {ordered[-1]:.0f} ms"


def cpu_of(fleet: dict[str, Metered]) -> dict[str, float]:
    """CPU seconds of every worker so far."""
    return {name: each.cpu() for name, each in fleet.items()}
