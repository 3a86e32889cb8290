"""What fails is left alone for a while, and said once."""

from structlog.testing import capture_logs

from workers.runtime.process.error_text import one_line
from workers.runtime.process.outage import Outage


def test_it_is_left_alone_for_a_while_and_said_once() -> None:
    """Until it answers: then the next failure is another one."""
    now = 0.0
    outage = Outage("the thing", 10.0, lambda: now)
    assert not outage.lasts
    with capture_logs() as lines:
        outage.answered()
        outage.failed(one_line(ConnectionError("refused\nhere")))
        assert outage.lasts
        now = 10.0
        assert not outage.lasts
        outage.failed(one_line(ConnectionError()))
        assert outage.lasts
        outage.answered()
        assert not outage.lasts
        outage.failed(one_line(ConnectionError()))

    assert [line["event"] for line in lines] == ["the thing: lost", "the thing: back", "the thing: lost"]
    assert [line.get("error") for line in lines] == ["refused here", None, "ConnectionError"]
