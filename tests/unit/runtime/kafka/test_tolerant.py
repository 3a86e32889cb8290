"""Reading outside the engine: what cannot be read is passed over, with a line that names its place."""

from structlog.testing import capture_logs

from workers.runtime.kafka.records import ConsumerRecord
from workers.runtime.kafka.tolerant import read_each
from workers.runtime.metrics.records import PASSED_OVER


def test_what_cannot_be_read_is_one_counted_line_and_the_rest_is_read() -> None:
    """With topic, partition and offset."""
    values = [b"1", None, b"x", b"4"]
    records = [ConsumerRecord("watermarks", 3, offset, b"k", value, 0) for offset, value in enumerate(values)]
    before = PASSED_OVER.labels("watermarks")._value.get()

    with capture_logs() as logs:
        numbers = list(read_each("watermarks", records, lambda record: int((record.value or b"").decode())))

    assert numbers == [1, 4]
    assert [(line["topic"], line["partition"], line["offset"]) for line in logs] == [
        ("watermarks", 3, 1),
        ("watermarks", 3, 2),
    ]
    assert PASSED_OVER.labels("watermarks")._value.get() == before + 2
