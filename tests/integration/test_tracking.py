"""Beacons against serve as a process, with a real broker: what was answered with 202 is in the topic."""

import json
import os
import signal
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
import uvloop

from deploy.embedded import Services
from deploy.embedded.ports import free_ports
from schemas.interactions import Interaction
from tests.integration.beaconing import Beacon, send, views
from tests.integration.processes import until
from tests.integration.wire import Wire
from tests.integration.workers import WorkerProcess
from workers.runtime.process import exits

pytestmark = pytest.mark.wire
MANY = {"kairos_person_per_minute": 1e6, "kairos_person_burst": 1_000_000}
MANY |= {"kairos_address_per_minute": 1e6, "kairos_address_burst": 1_000_000}
MANY |= {"kairos_job_views_per_minute": 1e6}
REACHED = {202, 503}  # 503: on a busy machine Kafka may take longer than an answer may


class ServeProcess:
    """Serve on a port of its own, started and ended by a test."""

    def __init__(self, services: Any, folder: Path, **settings: Any) -> None:
        self.port = free_ports(1)[0]
        self.address = f"http://127.0.0.1:{self.port}"
        self.wire = Wire.create(services, kairos_http_port=self.port, **settings)
        self._folder = folder

    @contextmanager
    def running(self) -> Iterator[WorkerProcess]:
        """Run it until the end of the block; it answers when the block begins."""
        worker = WorkerProcess("serve", self.wire.settings, self._folder / "serve.log")
        try:
            until(lambda: worker.process.poll() is not None or self.get("/healthz") == 200)
            yield worker
        finally:
            worker.kill()

    def get(self, path: str) -> int:
        """The status of a GET; 0 without an answer."""
        return self._ask(urllib.request.Request(self.address + path))

    def get_json(self, path: str) -> tuple[int, Any]:
        """The status and the content of a GET; None for no content."""
        try:
            with urllib.request.urlopen(self.address + path, timeout=60) as answer:
                return int(answer.status), json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, None

    def post(self, path: str, values: Any) -> int:
        """The status of a beacon with these values, which is sent again while Kafka does not answer."""
        while (status := self.post_once(path, values)) == 503:
            assert self.get("/healthz"), "serve does not answer any more"
        return status

    def post_once(self, path: str, values: Any) -> int:
        """The status of a beacon with these values."""
        return self._ask(urllib.request.Request(self.address + path, json.dumps(values).encode()))

    def interactions(self) -> list[Interaction]:
        """Everything in the topic."""
        return [Interaction.loads(raw.value or b"") for raw in self.wire.records("interactions")]

    def _ask(self, request: urllib.request.Request) -> int:
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            with error:
                return error.code
        except OSError:
            return 0


@contextmanager
def serve_process(services: Any, folder: Path, **settings: Any) -> Iterator[ServeProcess]:
    """Topics and a serve that is not started yet."""
    served = ServeProcess(services, folder, **settings)
    with closing(served.wire):
        yield served


def test_what_was_answered_with_202_survives_a_kill(services: Any, tmp_path: Path) -> None:
    """Beacons at 500 a second, SIGKILL in the middle: every accepted id is in the topic.

    Then the rest is sent to the next process, and in the end all are there.
    """
    beacons = views(2_500, 200, "visit")
    with serve_process(services, tmp_path, **MANY) as served:
        with served.running() as worker:

            def kill(accepted: int) -> None:
                if accepted == 1_000:
                    os.kill(worker.process.pid, signal.SIGKILL)

            first = uvloop.run(send(served.address, beacons, 500, kill))
        assert set(first.statuses) <= REACHED | {0}
        accepted = set(first.accepted)
        assert 1_000 <= len(accepted) < len(beacons)
        assert accepted <= {interaction.id for interaction in served.interactions()}

        with served.running():
            until(lambda: not sent_again(served, beacons, accepted))
        assert {interaction.id for interaction in served.interactions()} == {beacon.id for beacon in beacons}


def sent_again(served: ServeProcess, beacons: list[Beacon], accepted: set[str]) -> list[Beacon]:
    """Send what is not accepted once more, as the script in the page does; what is still not."""
    rest = [beacon for beacon in beacons if beacon.id not in accepted]
    answers = uvloop.run(send(served.address, rest, 500))
    assert set(answers.statuses) <= REACHED
    accepted.update(answers.accepted)
    return [beacon for beacon in rest if beacon.id not in accepted]


def test_messages_reach_the_topic_under_their_person(services: Any, tmp_path: Path) -> None:
    """A view, its later total, a replay, a press and its undo, a search; then refusals without a record."""
    view = {"id": "v", "seq": 1, "person": "mia", "job_id": "j", "seconds": 3}
    press = {"id": "p", "person": "mia", "job_id": "j", "kind": "saved"}
    with serve_process(services, tmp_path, **MANY) as served, served.running() as worker:
        told = [
            served.post("/jobs/api/track-view/", view),
            served.post("/jobs/api/track-view", view | {"seq": 2, "seconds": 30}),
            served.post("/jobs/api/track-view/", view),
            served.post("/jobs/api/track-preference/", press),
            served.post("/jobs/api/track-preference/", press | {"id": "u", "undo": True}),
            served.post("/jobs/api/track-search/", {"id": "s", "person": "mia", "query": "nurse"}),
        ]
        refused = [
            served.post("/jobs/api/track-view/", view | {"person": "eve"}),
            served.post("/jobs/api/track-view/", view | {"id": "w", "seconds": 9_999}),
            served.post("/jobs/api/track-view/", view | {"id": "w", "token": "development.x"}),
            served.post("/jobs/api/track-view/", view | {"id": "w", "query": "x" * 9_000}),
            served.post("/jobs/api/track-view/", []),
        ]
        code, seconds = worker.stop()

        assert told == [202] * 6
        assert refused == [403, 422, 403, 413, 422]
        found = [(said.kind, said.id, said.seconds, said.undo) for said in served.interactions()]
        assert list(dict.fromkeys(found)) == [
            ("viewed", "v", 3, False),
            ("viewed", "v", 30, False),
            ("saved", "p", 0, False),
            ("saved", "u", 0, True),
            ("searched", "s", 0, False),
        ]
        assert {raw.key for raw in served.wire.records("interactions")} == {b"mia"}
        assert code == 0
        assert seconds < 15


def test_while_kafka_is_away_it_is_503(embedded: Services, tmp_path: Path) -> None:
    """Nothing is said to be written; when the broker is back, so is serve, without a new start."""
    view = {"id": "before", "person": "mia", "job_id": "j", "seconds": 3}
    with (
        Services.start(only=("kafka", "redis")) as own,
        serve_process(own, tmp_path, **MANY) as served,
        served.running(),
    ):
        assert served.post("/jobs/api/track-view/", view) == 202
        own.stop_one("kafka", gently=False)
        assert served.post_once("/jobs/api/track-view/", view | {"id": "during"}) == 503
        assert served.get("/healthz") == 503
        own.start_one("kafka")
        assert served.post("/jobs/api/track-view/", view | {"id": "during"}) == 202
        assert {"before", "during"} == {interaction.id for interaction in served.interactions()}


def test_a_port_that_is_taken_and_unsafe_settings_end_serve(services: Any, tmp_path: Path) -> None:
    """U5: one line each; a port may be free later, a missing secret needs a person."""
    with serve_process(services, tmp_path) as served, served.running():
        other = WorkerProcess("serve", served.wire.settings, tmp_path / "other.log")
        assert other.wait() == exits.NOT_READY
        assert "cannot listen" in other.log_text()

        production = served.wire.settings.model_copy(update={"kairos_mode": "production"})
        unsafe = WorkerProcess("serve", production, tmp_path / "unsafe.log")
        assert unsafe.wait() == exits.MISCONFIGURED
        assert "KAIROS_TOKEN_SECRETS: must be given in production" in unsafe.log_text()
