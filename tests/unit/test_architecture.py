"""The structure of the code: which imports are allowed, which files do I/O, and how long files may be.

The layers and the independence of the workers are import-linter's contracts in pyproject.toml. Beside them, a
worker's pure files import schemas and a small vocabulary only.
"""

import re
import subprocess
import sys
from collections.abc import Callable, Collection, Iterable
from pathlib import Path

import pytest

from tests.unit.edges import EDGES
from tests.unit.source_tree import PACKAGES, ROOT, WORKERS, Source, is_inside, sources

OURS = ("schemas", "topics", "workers", "deploy")
PURE_PACKAGES = ("schemas", "workers.recommend", "workers.writing")
SHELLS = {"stage", "app"}  # the files of a worker that import the runtime

# the modules of the infrastructure that a pure file may import
VOCABULARY = (
    "workers.product.changes",
    "workers.product.mongo_refusals",
    "workers.product.reading",
    "workers.product.returns",
    "workers.product.answer_links",
    "workers.product.mail_links",
    "workers.product.source_tables",
    "workers.product.sources",
    "workers.product.staleness",
    "workers.product.unsubscribe_links",
    "workers.runtime.codec",
    "workers.runtime.process.signed_tokens",
    "workers.runtime.stage",
    "workers.writing",
)
CLIENTS = ("faust", "mode", "kafka", "aiokafka", "redis", "pymongo", "openai", "pyairtable", "httpx")
IO_MODULES = (
    *CLIENTS,
    "socket",
    "urllib.request",
    "http.client",
    "asyncio",
    "subprocess",
    "threading",
    "random",
)
CLOCK = re.compile(
    r"(^|\.)(time\.time|time\.time_ns|datetime\.now|datetime\.utcnow|date\.today|datetime\.today)$"
)
ENVIRONMENT = re.compile(r"^os\.(environ|environb|getenv|putenv)\b")
READS_ENVIRONMENT = {
    "workers.commands.worker": "hands its own environment, without our settings, to the workers it starts",
    "workers.commands.demo": "hands its own environment, without all settings, to the workers it starts",
    "deploy.embedded.cache": "the user's cache folder is named there",
    "deploy.embedded.jars": "the user's Maven folder is named there",
}
# names that stand twice, with the reason
TWICE: dict[str, str] = {
    "Refusal": "of a request, in the description of the site's paths; of a text, by the gate of mails",
}
GENERIC_WORDS = {"util", "utils", "helper", "helpers", "common", "manager", "managers", "misc"}
LONGEST_FILE, LONGEST_FUNCTION = 250, 40

code = [source for source in sources() if not is_inside(source.name, "tests")]


def worker_of(name: str) -> str | None:
    """The worker that a module belongs to; None for the infrastructure and all else."""
    parts = name.split(".")
    return parts[1] if parts[0] == "workers" and len(parts) > 1 and parts[1] in WORKERS else None


def is_pure(source: Source) -> bool:
    """Whether a file is pure: all of PURE_PACKAGES but EDGES; of a worker all but SHELLS and EDGES."""
    if is_inside(source.name, *PURE_PACKAGES):
        return source.name not in EDGES
    parts = source.name.split(".")
    return worker_of(source.name) is not None and parts[-1] not in SHELLS and source.name not in EDGES


pure = [source for source in code if is_pure(source)]


def own_imports(source: Source) -> list[str]:
    """The modules of this repository that a file imports."""
    return sorted(name for name in source.imports if is_inside(name, *OURS, "tests"))


def importable(source: Source) -> tuple[str, ...]:
    """The modules of this repository that a pure file may import."""
    worker = worker_of(source.name)
    if worker is not None:
        return (*PURE_PACKAGES, f"workers.{worker}", *VOCABULARY)
    return ("schemas",) if is_inside(source.name, "schemas") else PURE_PACKAGES


def by_file(
    files: Iterable[Source], rule: Callable[[Source], Collection[object]]
) -> dict[str, Collection[object]]:
    """What breaks a rule, by the path of its file."""
    return {source.relative_path: broken for source in files if (broken := rule(source))}


def test_pure_files_import_schemas_and_the_vocabulary_only() -> None:
    """Decisions depend on payloads and on the vocabulary of a stage, not on the code that runs them."""

    def foreign(source: Source) -> list[str]:
        own = importable(source)
        return [name for name in own_imports(source) if name not in OURS and not is_inside(name, *own)]

    assert by_file(pure, foreign) == {}


def test_packages_import_in_one_direction() -> None:
    """Lower layers do not import higher ones, and no worker another: the contracts of import-linter."""
    program = Path(sys.executable).with_name("lint-imports")  # a process of its own: it silences all loggers
    linted = subprocess.run(
        [str(program), "--no-cache"], cwd=ROOT, capture_output=True, text=True, timeout=600
    )

    assert linted.returncode == 0, linted.stdout


def test_imports_are_absolute() -> None:
    """A relative import hides which layer it reaches."""
    assert by_file(code, lambda source: [name for name in source.imports if name.startswith(".")]) == {}


def test_pure_files_import_no_io() -> None:
    """No broker, database, model, network, thread or random number in a pure file."""
    assert (
        by_file(pure, lambda source: [name for name in source.imports if is_inside(name, *IO_MODULES)]) == {}
    )


def test_only_the_runner_imports_faust() -> None:
    """Faust's internals are used in one package."""
    others = [source for source in code if not is_inside(source.name, "workers.runtime.runner")]

    assert by_file(others, lambda source: [name for name in source.imports if is_inside(name, "faust")]) == {}


def test_the_clock_is_read_in_one_file() -> None:
    """Time is an argument everywhere else; the embedded services know nothing of ours."""
    clocks = {"workers.runtime.process.clock", "deploy.embedded.clock"}
    others = [source for source in code if source.name not in clocks]

    assert by_file(others, lambda source: [use for use in source.uses if CLOCK.search(use[1])]) == {}
    assert by_file(others, lambda source: {"time.time", "time.time_ns"} & source.imports) == {}


def test_the_environment_is_read_in_one_package() -> None:
    """Settings are read in one package; the exceptions are listed with their reasons."""
    others = [
        source
        for source in code
        if not is_inside(source.name, "workers.runtime.process") and source.name not in READS_ENVIRONMENT
    ]

    assert by_file(others, lambda source: [use for use in source.uses if ENVIRONMENT.search(use[1])]) == {}
    assert by_file(others, lambda source: {"os.environ", "os.getenv"} & source.imports) == {}


def test_a_name_of_a_class_stands_once() -> None:
    """One word, one meaning: no two classes, and no class and alias, of our packages have the same name."""
    paths: dict[str, list[str]] = {}
    for source in code:
        for name in source.kinds():
            paths.setdefault(name, []).append(source.relative_path)

    assert {name: where for name, where in paths.items() if len(where) > 1 and name not in TWICE} == {}


def test_files_are_short() -> None:
    """At most LONGEST_FILE lines; Python, TOML and Java."""
    paths = [source.path for source in sources()]
    for package in PACKAGES:
        paths += [path for path in (ROOT / package).rglob("*") if path.suffix in {".java", ".toml"}]
    lengths = {path.relative_to(ROOT).as_posix(): len(path.read_text("utf-8").splitlines()) for path in paths}

    assert {path: length for path, length in lengths.items() if length > LONGEST_FILE} == {}


def test_functions_are_short() -> None:
    """At most LONGEST_FUNCTION lines."""

    def long(source: Source) -> dict[str, int]:
        return {
            node.name: length
            for node in source.functions()
            if (length := (node.end_lineno or node.lineno) - node.lineno + 1) > LONGEST_FUNCTION
        }

    assert by_file(sources(), long) == {}


def test_module_names_are_not_generic() -> None:
    """No module is called `utils` or the like."""

    def words(source: Source) -> set[str]:
        return {word for part in source.name.split(".") for word in part.split("_")}

    assert by_file(sources(), lambda source: words(source) & GENERIC_WORDS) == {}


@pytest.mark.parametrize("name", sorted({*EDGES, *READS_ENVIRONMENT, *VOCABULARY}))
def test_exceptions_are_still_needed(name: str) -> None:
    """A file that was deleted must be removed from the lists."""
    assert name in {source.name for source in code}


def test_the_source_tree_has_every_layer() -> None:
    """The tests above would pass on an empty tree: every layer is in it."""
    names = {source.name for source in code}

    assert {"schemas.model", "topics.catalog", "workers.runtime.stage", "workers.cli"} <= names
    assert {"capture", "route", "people", "jobs", "mail", "serve"} <= WORKERS
