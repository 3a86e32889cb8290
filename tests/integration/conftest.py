"""The services of the integration tests: started once a run, when the first test asks for them."""

import fcntl
import uuid
from collections.abc import AsyncIterator, Iterator

import pytest
from pymongo import MongoClient
from pymongo.database import Database
from redis.asyncio import Redis

from deploy.embedded import Services, cache
from deploy.embedded.failure import Report
from schemas.model import RawDocument
from tests.integration.checked_product import odd_product
from tests.integration.docker_services import DockerServices, no_engine
from tests.integration.replica_set import mongo_url


def pytest_collection_finish(session: pytest.Session) -> None:
    """Download before the first test: a first run may take longer than a test is allowed to."""
    services_needed = any("services" in getattr(item, "fixturenames", ()) for item in session.items)
    if (
        services_needed
        and session.config.getoption("--services") == "embedded"
        and not session.config.option.collectonly
    ):
        with (cache.home() / "fetching").open("a") as file:  # one process downloads, the other waits for it
            fcntl.flock(file, fcntl.LOCK_EX)
            Services.fetch(report=_reporter(session.config))
            Services.make_caches(_reporter(session.config))


@pytest.fixture(scope="session")
def services(request: pytest.FixtureRequest) -> Iterator[Services | DockerServices]:
    """Kafka, a MongoDB with change streams and Redis, used by this run alone; see `--services`."""
    if request.config.getoption("--services") == "docker":
        if reason := no_engine():
            pytest.skip(reason)
        with DockerServices.start() as docker:
            yield docker
        return
    with Services.start() as embedded:
        yield embedded


@pytest.fixture
def stoppable(request: pytest.FixtureRequest) -> Iterator[Services]:
    """Services of one test, to be stopped: those can only be the embedded ones."""
    if request.config.getoption("--services") != "embedded":
        pytest.skip("only the embedded services can be stopped and started by a test")
    with Services.start() as services:
        yield services


def _reporter(config: pytest.Config) -> Report:
    terminal = config.pluginmanager.get_plugin("terminalreporter")

    def show(line: str) -> None:
        if terminal is not None:
            terminal.write_line(line)

    return show


@pytest.fixture(scope="session")
def embedded(services: Services | DockerServices) -> Services:
    """The services when they are the embedded ones: tests that stop and start them need those."""
    if not isinstance(services, Services):
        pytest.skip("only the embedded services can be stopped and started by a test")
    return services


@pytest.fixture(scope="module")
def redis_alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """An embedded Redis of one file's tests alone, without the other services."""
    with Services.start(tmp_path_factory.mktemp("redis"), only=("redis",)) as services:
        yield services


@pytest.fixture
async def empty_redis(redis_alone: Services) -> AsyncIterator[Redis]:
    """A client of it, of the test's event loop, with no key in it."""
    redis_alone.reset()
    async with Redis.from_url(redis_alone.redis_url) as client:
        yield client


@pytest.fixture(scope="session", params=["services", "replica set"])
def any_mongo(request: pytest.FixtureRequest) -> Iterator[MongoClient[RawDocument]]:
    """A client of the services' MongoDB, then of a real replica set: what uses it runs on both."""
    with mongo_url(request) as url, MongoClient[RawDocument](url, serverSelectionTimeoutMS=5_000) as client:
        yield client


@pytest.fixture
def any_db(any_mongo: MongoClient[RawDocument]) -> Iterator[Database[RawDocument]]:
    """An own database there, dropped afterwards."""
    name = f"streams_{uuid.uuid4().hex[:8]}"
    yield any_mongo[name]
    any_mongo.drop_database(name)


@pytest.fixture(scope="module")
def mongo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """An embedded MongoDB alone."""
    with Services.start(tmp_path_factory.mktemp("mongo"), only=("mongo",)) as services:
        yield services


@pytest.fixture
def db(mongo: Services) -> Iterator[Database[RawDocument]]:
    """A product with odd documents, in that MongoDB."""
    with odd_product(mongo) as db:
        yield db
