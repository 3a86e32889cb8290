"""`kairos worker` and `kairos up`: one worker in this process, or a fleet of processes."""

import os
import platform
import signal
import socket
import threading
from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from types import FrameType

import click
import structlog

from topics.connecting import NO_BROKER
from workers.commands.help import KAFKA, MONGO, REDIS, needs
from workers.runtime.process import exits, logs
from workers.runtime.process.error_text import one_line
from workers.runtime.process.fleet import BY_NAME, WORKERS, fleet_of, static_names
from workers.runtime.process.garbage import collected_rarely
from workers.runtime.process.settings import Settings, SettingsError, load, without_settings
from workers.runtime.process.supervisor import Supervisor, end_with_parent

NAMES = click.Choice([worker.name for worker in WORKERS])
WORKER_LIST = "Workers: " + "; ".join(f"{w.name} - {w.question}" for w in WORKERS)
WORKER_NEEDS = needs(
    f"{KAFKA}; capture also {MONGO}, it and writeback {REDIS} for Airtable, serve {REDIS}, "
    "mail OPENAI_API_KEY for GPT, deliver KAIROS_SMTP_URL",
    "kairos worker people",
    "kairos worker route people people",
)
log = structlog.get_logger()


@click.command(epilog=f"{WORKER_LIST}\n\n{WORKER_NEEDS}")
@click.argument("names", nargs=-1, required=True, type=NAMES)
@click.option("--with-parent", is_flag=True, hidden=True, help="End when the standard input ends.")
def worker(names: tuple[str, ...], with_parent: bool) -> None:
    """Run one worker, or several as processes of their own.

    Run as many of a kind as there are partitions (KAIROS_PARTITIONS): they share the work.
    """
    settings = load()
    logs.setup(names[0] if len(names) == 1 else "supervisor", settings.kairos_log_level)
    if with_parent:
        end_with_parent()
    if len(names) > 1:
        supervise(names, settings)
    else:
        run_one(names[0], settings)


@click.command(
    epilog=needs(f"{KAFKA}, {MONGO}, {REDIS}", "kairos topics apply && kairos up", "kairos up --people 3")
)
@click.option("--people", default=1, show_default=True, help="How many people workers to run.")
def up(people: int) -> None:
    """Run the whole fleet on this machine, until Ctrl-C.

    Uses KAFKA_URL, MONGO_URL and REDIS_URL; the topics must exist (`kairos topics apply`). With
    KAIROS_SMTP_URL mails are sent, by the worker deliver, which reads bounces with KAIROS_BOUNCE_MAILBOX.
    A worker that ends is started again, unless it stopped for too many dead letters: see them with
    `kairos dead-letters list`.
    """
    settings = load()
    logs.setup("supervisor", settings.kairos_log_level)
    names = [name for name in fleet_of(settings) for _ in range(people if name == "people" else 1)]
    supervise(names, settings)


def run_one(name: str, settings: Settings) -> None:
    """Run one worker in this process until a signal; an error that its user can fix is one log line."""
    from workers.cli import exit_code
    from workers.runtime.metrics.probes import PROBES

    stop = threading.Event()
    row = BY_NAME[name]
    on_stop(end_at_once)  # until the module is there, which takes seconds on a busy machine
    if row.looped:
        import mode.loop

        mode.loop.use("uvloop")
    with collected_rarely():
        module = import_module(row.module)
    if not row.looped:
        on_stop(lambda *_: stop.set())
    if row.niceness:
        os.nice(getattr(settings, row.niceness))
    PROBES.worker = name
    count_build(name, settings)
    try:
        serve_process(settings, settings.kairos_metrics_port)
        module.run(settings, stop)
    except Exception as error:
        code = worker_exit_code(error, exit_code(error))
        if code is None:
            raise
        # a log line names the worker, which the output of a fleet would not show otherwise
        log.error("cannot go on", error=one_line(error))
        raise SystemExit(code) from None


def count_build(name: str, settings: Settings) -> None:
    """Say in the metrics which version runs as a worker, and under which rules."""
    from workers.runtime.metrics.processes import BUILD

    policy, sources = (hash_of_file(path) for path in (settings.kairos_policy, settings.kairos_sources))
    BUILD.labels(name, version("kairos"), platform.python_version(), policy, sources).set(1)


def hash_of_file(path: Path) -> str:
    """The first 12 digits of the SHA-256 of a file; empty for one that cannot be read."""
    try:
        return sha256(path.read_bytes()).hexdigest()[:12]
    except OSError:
        return ""


def on_stop(handler: Callable[[int, FrameType | None], object]) -> None:
    """Let `handler` answer the signals that ask a process to stop: SIGTERM and Ctrl-C."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, handler)


def end_at_once(*_: object) -> None:
    """End a worker that has begun nothing yet, as one that was stopped: with exit code 0."""
    raise SystemExit(0)


def worker_exit_code(error: BaseException, code: int | None) -> int | None:
    """The exit code of a worker for an error that is `code` in a command: 4 when no broker answers."""
    return exits.INFRASTRUCTURE if code is not None and NO_BROKER in str(error) else code


def supervise(names: Sequence[str], settings: Settings) -> None:
    """Run workers as processes until a signal; each gets a name and a metrics port of its own.

    Exits with the code of a worker that its user has to fix, if there is one.
    """
    stop = threading.Event()
    on_stop(lambda *_: stop.set())
    members = static_names(names, settings.kairos_instance or f"{socket.gethostname()}-{os.getpid()}")
    children = [
        (name, worker_environment(settings, number, member, names[:number].count(name)))
        for number, (name, member) in enumerate(zip(names, members, strict=True))
    ]
    supervisor = Supervisor(children)
    serve_supervisor(settings, len(names))
    supervisor.start()
    code = supervisor.run(stop)
    if not settings.kairos_instance:
        leave_groups(settings, zip(names, members, strict=True))
    if code:
        raise SystemExit(code)


def serve_supervisor(settings: Settings, workers: int) -> None:
    """Serve the exits of workers, on the port behind theirs; raises SettingsError."""
    from workers.runtime.metrics.probes import PROBES

    PROBES.worker = "supervisor"
    PROBES.ready()
    serve_process(settings, settings.kairos_metrics_port and settings.kairos_metrics_port + workers)


def serve_process(settings: Settings, port: int) -> None:
    """Serve the metrics and probes of this process, and log where; SettingsError for a port that is taken."""
    from workers.runtime.metrics.endpoints import serve_endpoints
    from workers.runtime.metrics.probes import PROBES

    host = settings.kairos_metrics_host
    try:
        address = serve_endpoints(host, port, PROBES)
    except OSError as error:
        why = error.strerror or error
        raise SettingsError(f"KAIROS_METRICS_HOST, KAIROS_METRICS_PORT: {host}:{port}: {why}") from None
    log.info("starting", worker=PROBES.worker, metrics=f"{address}/metrics")


def leave_groups(settings: Settings, members: Iterable[tuple[str, str]]) -> None:
    """Remove stopped workers from their groups, so that their partitions are assigned to others at once.

    No worker returns under these names, because they have the id of this process.
    """
    from topics.plan import TopicsError
    from workers.runtime.kafka.static_members import remove_members

    try:
        remove_members(settings, members)
    except TopicsError as error:
        log.info("the groups miss the stopped workers only when their sessions are over", error=str(error))


def worker_environment(settings: Settings, number: int, instance: str, same: int) -> dict[str, str]:
    """The environment of the n-th worker: the settings, its name as a static member, its ports.

    The metrics port is counted up from that of the settings over all workers, the port of HTTP over the
    `same` that came before of its kind; 0 stays 0, for any free port.
    """
    base = without_settings(os.environ)
    port = settings.kairos_metrics_port and settings.kairos_metrics_port + number
    http_port = settings.kairos_http_port and settings.kairos_http_port + same
    own = {"KAIROS_METRICS_PORT": str(port), "KAIROS_HTTP_PORT": str(http_port), "KAIROS_INSTANCE": instance}
    return base | settings.environment() | own
