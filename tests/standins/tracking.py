"""The real endpoints of tracking over HTTP, with a writer in memory in the place of Kafka."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from schemas.interactions import Interaction
from tests.standins.served import served
from workers.runtime.kafka.records import ProducerRecord
from workers.runtime.process.clock import now_ms
from workers.runtime.process.settings import Settings, load
from workers.serve.requests import address_limit
from workers.serve.shared_writer import Acknowledgement, SharedWriter
from workers.serve.tracking.endpoints import Tracking, proof_of
from workers.serve.tracking.tokens import TokenKeys
from workers.serve.web import application

WAIT_SECONDS, POLL_SECONDS = 20.0, 0.02
ENVIRONMENT = {"KAIROS_MODE": "production", "KAIROS_TOKEN_SECRETS": f"k1:{'s' * 32}"}
ENVIRONMENT["KAIROS_JOB_VIEWS_PER_MINUTE"] = "1e9"  # tests let the browser's clock run faster than ours


class KeptRecords(SharedWriter):
    """Keeps what is written; the next `failures` records are not acknowledged."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings, ())
        self.records: list[ProducerRecord] = []
        self.failures = 0

    @property
    def is_connected(self) -> bool:
        """As if Kafka was there."""
        return True

    async def keep_connected(self) -> None:
        """There is nothing to connect to."""
        await asyncio.Event().wait()

    def write(self, record: ProducerRecord) -> Acknowledgement:
        """Keep a record, or fail."""
        acknowledgement: Acknowledgement = asyncio.get_running_loop().create_future()
        acknowledgement.set_result(self.failures == 0)
        if self.failures:
            self.failures -= 1
        else:
            self.records.append(record)
        return acknowledgement


class TrackingServer:
    """What the endpoints wrote, and tokens that they believe."""

    def __init__(self, settings: Settings, writer: KeptRecords, url: str) -> None:
        self.url = url
        self.writer = writer
        self._keys = TokenKeys(settings.token_secrets, settings.token_ms)

    def token(self, person: str, age_ms: int = 0) -> str:
        """A token of a person that was signed some time ago."""
        return self._keys.sign(person, now_ms() - age_ms)

    def interactions(self) -> list[Interaction]:
        """Every record, in order."""
        return [Interaction.loads(record.value or b"") for record in list(self.writer.records)]

    def counted(self) -> dict[str, tuple[str, str | None, float, bool]]:
        """Kind, job, seconds and undo by id, as `people` counts them: of a visit the longest total."""
        found: dict[str, tuple[str, str | None, float, bool]] = {}
        for said in self.interactions():
            seconds = max(said.seconds, found[said.id][2] if said.id in found else 0.0)
            found[said.id] = (said.kind, said.job_id, seconds, said.undo)
        return found

    def hears(self, *expected: tuple[str, str | None, float, bool]) -> bool:
        """Wait until exactly these interactions count, in any order: two that are told at once race."""
        return self.wait(lambda: sorted(self.counted().values(), key=str) == sorted(expected, key=str))

    def wait(self, holds: Callable[[], bool]) -> bool:
        """Wait until something holds; False when it never does."""
        end = time.monotonic() + WAIT_SECONDS
        while not holds() and time.monotonic() < end:
            time.sleep(POLL_SECONDS)
        return holds()


@contextmanager
def tracking_server(**environment: str) -> Iterator[TrackingServer]:
    """The endpoints with these settings, on a free port."""
    settings = load(ENVIRONMENT | environment)
    writer = KeptRecords(settings)
    routes = Tracking(settings, proof_of(settings), writer, address_limit(settings)).routes()
    app = application(settings, routes, (writer.keep_connected,))
    with served(app, "on") as url:
        yield TrackingServer(settings, writer, url)
