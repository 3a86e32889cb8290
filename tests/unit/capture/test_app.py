"""With which exit code an error ends capture."""

import pytest

from topics.connecting import NO_BROKER
from workers.capture.app import exit_code
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
