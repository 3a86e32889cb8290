"""`kairos worker` and `kairos up`: one worker in this process, or a fleet of processes."""

import os
import signal
import socket
import threading
from collections.abc import Iterable, Sequence
from importlib import import_module

import click
import structlog

from workers.runtime.process import logs, settings
from workers.runtime.process.fleet import BY_NAME, WORKERS, static_names
from workers.runtime.process.supervisor import Supervisor, end_with_parent

NAMES = click.Choice([worker.name for worker in WORKERS])
log = structlog.get_logger()


@click.command(epilog="Workers: " + "; ".join(f"{w.name} - {w.question}" for w in WORKERS))
@click.argument("names", nargs=-1, required=True, type=NAMES)
@click.option("--with-parent", is_flag=True, hidden=True, help="End when the standard input ends.")
def worker(names: tuple[str, ...], with_parent: bool) -> None:
    """Run one worker, or several as processes of their own.

    Run as many of a kind as there are partitions (KAIROS_PARTITIONS): they share the work.
    """
    found = settings.load()
    logs.setup(names[0] if len(names) == 1 else "supervisor", found.kairos_log_level)
    if with_parent:
        end_with_parent()
    if len(names) > 1:
        supervise(names, found)
    else:
        run_one(names[0], found)


@click.command()
@click.option("--people", default=1, show_default=True, help="How many people workers to run.")
def up(people: int) -> None:
    """Run the whole fleet on this machine, until Ctrl-C.

    Uses KAFKA_URL, MONGO_URL and REDIS_URL; the topics must exist (`kairos topics apply`).
    A worker that ends is started again, unless it stopped for too many dead letters: see them with
    `kairos dead-letters list`.
    """
    found = settings.load()
    logs.setup("supervisor", found.kairos_log_level)
    names = [w.name for w in WORKERS for _ in range(people if w.name == "people" else 1)]
    supervise(names, found)


def run_one(name: str, found: settings.Settings) -> None:
    """Run one worker in this process until a signal; an error that a person can mend is one line."""
    from workers.cli import exit_code, one_line
    from workers.runtime.process.metrics import serve_metrics

    stop = threading.Event()
    row = BY_NAME[name]
    if row.looped:
        import mode.loop

        mode.loop.use("uvloop")
    else:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
    module = import_module(row.module)
    port = serve_metrics(found.kairos_metrics_port)
    log.info("starting", worker=name, metrics=f"http://127.0.0.1:{port}/metrics")
    try:
        module.run(found, stop)
    except Exception as error:
        code = exit_code(error)
        if code is None:
            raise
        # among the lines of a fleet it must be seen whose this is
        log.error("cannot go on", error=one_line(error))
        raise SystemExit(code) from None


def supervise(names: Sequence[str], found: settings.Settings) -> None:
    """Run workers as processes until a signal; each gets a name and a metrics port of its own.

    Ends with the exit code of a worker that needs a person, if there is one.
    """
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    members = static_names(names, found.kairos_instance or f"{socket.gethostname()}-{os.getpid()}")
    children = [
        (name, environment(found, number, member))
        for number, (name, member) in enumerate(zip(names, members, strict=True))
    ]
    fleet = Supervisor(children)
    fleet.start()
    code = fleet.run(stop)
    if not found.kairos_instance:
        leave_groups(found, zip(names, members, strict=True))
    if code:
        raise SystemExit(code)


def leave_groups(found: settings.Settings, members: Iterable[tuple[str, str]]) -> None:
    """Set the partitions of stopped workers free at once: nobody comes back under our process's names."""
    from topics.plan import TopicsError
    from workers.runtime.kafka.static_members import remove_members

    try:
        remove_members(found, members)
    except TopicsError as error:
        log.info("the groups miss the stopped workers only when their sessions are over", error=str(error))


def environment(found: settings.Settings, number: int, instance: str) -> dict[str, str]:
    """The environment of the n-th worker: these settings, and what is its own.

    That is its name as a static member, and a metrics port counted up (0 stays free).
    """
    base = settings.without_settings(os.environ)
    port = found.kairos_metrics_port and found.kairos_metrics_port + number
    return base | found.environment() | {"KAIROS_METRICS_PORT": str(port), "KAIROS_INSTANCE": instance}
