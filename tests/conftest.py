"""Options of the test run, and its guard: tests connect to their own services only."""

import logging
import os
import signal
import sys
from collections.abc import Iterator

import pytest
import structlog
from hypothesis import HealthCheck, settings

from workers.runtime.process.settings import without_settings

# what an assertion of a helper saw is said, as for those of the tests
pytest.register_assert_rewrite("tests.integration", "tests.soak", "tests.standins")

# other programs share the machine, so the time of a draw is no criterion; CI tries the same cases every time
PROFILES = {"kairos": 40, "long": 2_000}  # examples of each property: of `make test`, and of `make soak`
for name, examples in PROFILES.items():
    settings.register_profile(
        name,
        max_examples=examples,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
        derandomize=bool(os.environ.get("CI")),
    )
settings.load_profile("kairos")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--services=docker` runs the integration tests against containers instead of the embedded services."""
    parser.addoption(
        "--services",
        choices=("embedded", "docker"),
        default="embedded",
        help="where the integration tests find Kafka, MongoDB and Redis",
    )
    parser.addoption(
        "--seed",
        type=int,
        help="the seed of the runs under load (default: another each time for the long ones)",
    )


def pytest_configure() -> None:
    """Handle Ctrl-C also in a process of xdist, which ignores it, as every program started there would."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session", autouse=True)
def _no_settings_from_outside() -> Iterator[None]:
    """Remove all Kairos settings, addresses and keys among them, from the environment of the run."""
    before = dict(os.environ)
    for name in before.keys() - without_settings(before).keys():
        del os.environ[name]
    yield
    os.environ.update(before)


@pytest.fixture(autouse=True)
def _restored_logging() -> Iterator[None]:
    """Put logging back after a test: it is global, and every command that a test runs in here sets it up."""
    root = logging.getLogger()
    handlers, level, hooks = root.handlers[:], root.level, (sys.excepthook, sys.unraisablehook)
    yield
    structlog.reset_defaults()
    logging.captureWarnings(False)
    root.handlers[:] = handlers
    sys.excepthook, sys.unraisablehook = hooks
    root.setLevel(level)
