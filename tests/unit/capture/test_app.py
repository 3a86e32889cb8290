"""With which exit code an error ends capture."""

import threading

import pytest
import structlog
from structlog.contextvars import merge_contextvars

from topics.connecting import NO_BROKER
from workers.capture.app import exit_code, naming, run_together
from workers.capture.failure import CaptureError, PoisonedError, RefusedError
from workers.product.sources import SourcesError
from workers.runtime.kafka.sync_producer import ProducerError, TimestampRefusedError
from workers.runtime.process import exits


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (CaptureError("MongoDB is lost"), 1),
        (ProducerError("not acknowledged"), 1),
        (ProducerError(f"{NO_BROKER} at host:1"), exits.INFRASTRUCTURE),
        (RefusedError("a view"), exits.REFUSED),
        (TimestampRefusedError("out of range"), exits.REFUSED),
        (PoisonedError("101 dead letters in a row"), exits.POISONED),
        (SourcesError("unknown topic"), exits.MISCONFIGURED),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_no_restart_mends_is_final(error: Exception, code: int) -> None:
    """The supervisor starts a worker again for 1 and 4, and for nothing else here."""
    assert exit_code(error) == code
    assert (code in exits.FINAL) is (code not in (1, exits.INFRASTRUCTURE))


def test_the_first_error_ends_all_who_run_together() -> None:
    """In whichever thread it happens; without one all end when they are stopped."""
    for order in (1, -1):
        stop = threading.Event()
        ended: list[bool] = []

        def fails() -> None:
            raise CaptureError("the first")

        def waits(stop: threading.Event = stop, ended: list[bool] = ended) -> None:
            ended.append(stop.wait(10))

        with pytest.raises(CaptureError, match="the first"):
            run_together([fails, waits][::order], stop)
        assert ended == [True]


@pytest.mark.parametrize(("source", "before"), [("mongo", ""), ("mongo:crm/shop", "mongo:crm/shop: ")])
def test_one_source_among_several_is_named(source: str, before: str) -> None:
    """In the error that ends it, whose kind stays, and in every line of the log."""
    with naming(source):
        seen = merge_contextvars(structlog.get_logger(), "info", {})
    with pytest.raises(RefusedError, match=f"^{before}a view$"), naming(source):
        raise RefusedError("a view")
    assert seen == ({"source": source} if before else {})
