"""Services that run with a program: start, addresses, reset, stop and restart of single ones."""

import shutil
import threading
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Self

from deploy.embedded import (
    airtable_node,
    cache,
    folders,
    kafka_node,
    mongo_node,
    openai_node,
    ports,
    redis_node,
)
from deploy.embedded.child import Child
from deploy.embedded.failure import Report, ServicesError, silent
from deploy.embedded.stand_in_node import StandInNode

NODES: dict[str, ModuleType | StandInNode] = {
    "kafka": kafka_node,
    "mongo": mongo_node,
    "redis": redis_node,
    "openai": openai_node.NODE,
    "airtable": airtable_node.NODE,
}
ALWAYS = ("kafka", "mongo", "redis")  # what is started where nothing else is said
TITLES = {
    "kafka": "Kafka",
    "mongo": "MongoDB protocol",
    "redis": "Redis",
    "openai": "OpenAI stand-in",
    "airtable": "Airtable stand-in",
}
VARIABLES = {
    "kafka": "KAFKA_URL",
    "mongo": "MONGO_URL",
    "redis": "REDIS_URL",
    "openai": "OPENAI_BASE_URL",
    "airtable": "AIRTABLE_URL",
}
READY_SECONDS = 60.0
LIVE = {"KAIROS_SENDING": "live", "KAIROS_DAILY_LIMITS": ""}


class Services:
    """Running services. Create it with `Services.start`; it is its own context manager."""

    def __init__(self, data: Path, names: tuple[str, ...], report: Report, *, temporary: bool) -> None:
        self.data = data
        self.names = names
        self._report = _one_at_a_time(report)
        self._temporary = temporary
        self._lock = folders.claim(data)
        self._ports = ports.choose(data)
        self._commands: dict[str, list[str]] = {}
        self._children: dict[str, Child] = {}
        self._children_lock = threading.Lock()

    @classmethod
    def start(
        cls,
        data: Path | None = None,
        only: Iterable[str] = ALWAYS,
        report: Report | None = None,
    ) -> Self:
        """Start the named services and return when all of them answer.

        `data` is the folder of all their data, which is kept; None is a temporary one, which is removed.
        `report` is called with one line per step.
        """
        names = tuple(name for name in NODES if name in set(only))
        unknown = set(only) - set(NODES)
        if unknown:
            raise ServicesError(f"unknown service {', '.join(sorted(unknown))}; there are {', '.join(NODES)}")
        folder = folders.temporary() if data is None else data.absolute()
        folder.mkdir(parents=True, exist_ok=True)
        services = cls(folder, names, report or silent, temporary=data is None)
        try:
            services._start_all()
        except BaseException:
            services.stop()
            raise
        return services

    @staticmethod
    def fetch(only: Iterable[str] = ALWAYS, report: Report | None = None) -> dict[str, list[str]]:
        """Download and compile what is missing, without a start; returns how each command begins, by name."""
        # one after the other, so that the progress lines do not mix
        return {name: NODES[name].prepare(cache.home(), report or silent) for name in only}

    @staticmethod
    def make_caches(report: Report | None = None) -> None:
        """Make what lets later starts cost less CPU, unless it is there; worth it for who starts often."""
        kafka_node.make_cache(cache.home(), report or silent)

    def _start_all(self) -> None:
        prepared = self.fetch(self.names, self._report)
        self._commands = {
            name: NODES[name].command(prepared[name], self.data, self._ports) for name in self.names
        }
        with ThreadPoolExecutor(len(self.names) or 1) as pool:
            for future in [pool.submit(self._first_start, name, prepared[name]) for name in self.names]:
                future.result()

    def _first_start(self, name: str, prepared: list[str]) -> None:
        if name == "kafka":
            kafka_node.format_data(prepared, self.data, self.log(name))
        self.start_one(name)

    @property
    def kafka_url(self) -> str:
        """`kafka://127.0.0.1:PORT`."""
        return f"kafka://{ports.HOST}:{self._ports['kafka']}"

    @property
    def mongo_url(self) -> str:
        """`mongodb://127.0.0.1:PORT`, without a database."""
        return f"mongodb://{ports.HOST}:{self._ports['mongo']}"

    @property
    def redis_url(self) -> str:
        """`redis://127.0.0.1:PORT/0`."""
        return f"redis://{ports.HOST}:{self._ports['redis']}/0"

    @property
    def openai_url(self) -> str:
        """`http://127.0.0.1:PORT/v1`, for clients of OpenAI."""
        return f"http://{ports.HOST}:{self._ports['openai']}/v1"

    @property
    def airtable_url(self) -> str:
        """`http://127.0.0.1:PORT`, for clients of Airtable."""
        return f"http://{ports.HOST}:{self._ports['airtable']}"

    def environment(self) -> dict[str, str]:
        """The addresses of the started services as `KAFKA_URL` and so on, with keys for the stand-ins.

        Nobody is behind their addresses, so that decisions lead to mails at once.
        """
        urls = (self.kafka_url, self.mongo_url, self.redis_url, self.openai_url, self.airtable_url)
        by_name = dict(zip(NODES, urls, strict=True))
        key = {"OPENAI_API_KEY": openai_node.KEY} if "openai" in self.names else {}
        key |= airtable_node.VARIABLES if "airtable" in self.names else {}
        return {VARIABLES[name]: by_name[name] for name in self.names} | key | LIVE

    def log(self, name: str) -> Path:
        """The file with the output of a service."""
        return self.data / f"{name}.log"

    def pid(self, name: str) -> int:
        """The process id of a running service."""
        child = self._children.get(self._checked(name))
        if child is None or not child.running:
            raise ServicesError(f"{TITLES[name]} is not running")
        return child.pid

    def running(self, name: str) -> bool:
        """Whether the process of a service is alive."""
        child = self._children.get(self._checked(name))
        return child is not None and child.running

    def healthy(self, name: str) -> bool:
        """Whether a service answers."""
        return self.running(name) and bool(NODES[name].is_ready(self._ports))

    def start_one(self, name: str, *options: str) -> None:
        """Start one service on its port and data, and return when it answers; a running one is left alone.

        `options` are more arguments of its command, for this start.
        """
        if self.running(name):
            return
        started = time.monotonic()
        self.stop_one(name)
        ports.require_free(name, self._ports[name])
        self._report(f"starting {TITLES[name]}")
        child = Child(TITLES[name], [*self._commands[name], *options], self.log(name))
        with self._children_lock:
            self._children[name] = child
        child.wait_until(lambda: bool(NODES[name].is_ready(self._ports)), READY_SECONDS)
        self._report(f"{TITLES[name]} ready in {time.monotonic() - started:.1f} s")

    def stop_one(self, name: str, *, gently: bool = True) -> None:
        """Stop one service and keep its data; `gently=False` kills it. A stopped one is left alone."""
        with self._children_lock:
            child = self._children.pop(self._checked(name), None)
        if child is not None:
            child.stop(gently=gently)

    def restart(self, name: str, *options: str) -> None:
        """Stop and start one service on the same port with the same data; `options` as of `start_one`."""
        self.stop_one(name)
        self.start_one(name, *options)

    def reset(self) -> None:
        """Delete all topics and groups, databases and keys. Consumers must have left their groups."""
        for name in self.names:
            NODES[name].reset(self._ports)

    def stop(self) -> None:
        """Stop everything, and remove the data if its folder is a temporary one. May be called again."""
        with self._children_lock:
            children, self._children = list(self._children.values()), {}
        with ThreadPoolExecutor(len(NODES)) as pool:
            for future in [pool.submit(child.stop, gently=not self._temporary) for child in children]:
                future.result()
        self._lock.close()
        if self._temporary:
            shutil.rmtree(self.data, ignore_errors=True)

    def _checked(self, name: str) -> str:
        if name not in self.names:
            raise ServicesError(f"service {name!r} was not asked for; there are {', '.join(self.names)}")
        return name

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _one_at_a_time(report: Report) -> Report:
    lock = threading.Lock()

    def locked_report(line: str) -> None:
        with lock:
            report(line)

    return locked_report
