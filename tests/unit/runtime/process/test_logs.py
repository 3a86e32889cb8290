"""Logs: one line per event, readable by programs or people, never an address."""

import io
import json
import logging
import sys
from typing import Any

import pytest
import structlog

from schemas.documents import User
from workers.runtime.process import logs

ADDRESS = "sarah.chen@email.com"


class Terminal(io.StringIO):
    """A stream that claims to be a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def stream() -> io.StringIO:
    """The log stream of the worker `people` at INFO, not a terminal."""
    stream = io.StringIO()
    logs.setup("people", "INFO", stream)
    return stream


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    """The events written so far."""
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_an_event_is_one_line_of_json_with_fixed_first_keys(stream: io.StringIO) -> None:
    """Timestamp, level, worker and event come first, then the fields of the event."""
    structlog.get_logger("anything").info("recovered", keys=3, name="田中")

    (event,) = lines(stream)
    assert list(event) == ["timestamp", "level", "worker", "event", "keys", "name"]
    assert list(event.values())[1:] == ["info", "people", "recovered", 3, "田中"]
    assert "田中" in stream.getvalue()


def test_what_a_thread_is_about_stands_in_all_its_lines(stream: io.StringIO) -> None:
    """Such as the source that it follows."""
    with structlog.contextvars.bound_contextvars(source="mongo:crm/shop"):
        structlog.get_logger().info("resumed")
    structlog.get_logger().info("stopped")

    assert [line.get("source") for line in lines(stream)] == ["mongo:crm/shop", None]


def test_a_terminal_gets_readable_lines() -> None:
    """No JSON on a terminal, and the text of an exception without local variables."""
    stream = Terminal()
    logs.setup("people", "INFO", stream)
    try:
        secret = ADDRESS
        raise ValueError(f"bad {secret}")
    except ValueError:
        structlog.get_logger().exception("broken")

    text = stream.getvalue()
    assert "broken" in text
    assert "ValueError: bad <address>" in text
    assert "sarah" not in text


def test_the_level_setting_applies_to_own_events_and_libraries_log_warnings(stream: io.StringIO) -> None:
    """Own DEBUG events and INFO of a library are not logged."""
    structlog.get_logger().debug("a")
    structlog.get_logger().info("b")
    logging.getLogger("pymongo.topology").info("c")
    logging.getLogger("pymongo.topology").warning("d")

    assert [event["event"] for event in lines(stream)] == ["b", "d"]


def test_setup_may_be_called_again(stream: io.StringIO) -> None:
    """The second call replaces the first; nothing is written twice."""
    second = io.StringIO()
    logs.setup("mail", "DEBUG", second)
    structlog.get_logger().debug("a")

    assert (stream.getvalue(), lines(second)[0]["worker"]) == ("", "mail")


@pytest.mark.parametrize(
    "value",
    [
        ADDRESS,
        "SARAH.CHEN@EMAIL.COM",
        "o'sarah@email.com",
        "sarah.chen+spam@mail.email.co.jp",
        "sarah＠example.jp",
        "sarah%40email.com",
        '"sarah chen"@email.com',
        "sarah@localhost",
        "sarah@[127.0.0.1]",
        "bounce+sarah=gmail.com@list.example",
        f"Sarah <{ADDRESS}>",
        f"mailto:{ADDRESS}?subject=hi",
        f'{{"email":"{ADDRESS}"}}',
        ADDRESS.encode(),
        [ADDRESS],
        (1, {"email": ADDRESS}),
        {ADDRESS: 1},
        {ADDRESS},
        ValueError(ADDRESS),
        User(id="user_001", email=ADDRESS),
    ],
    ids=repr,
)
def test_an_address_is_hidden_in_any_value(stream: io.StringIO, value: Any) -> None:
    """The address is not in the line, whatever type has it."""
    structlog.get_logger().info("seen", value=value)

    text = stream.getvalue().lower()
    assert "<address>" in text
    assert "sarah" not in text.replace("sarah <<address>>", "")


def test_an_exceptions_text_is_redacted(stream: io.StringIO) -> None:
    """Own events: the whole chain of causes."""
    try:
        try:
            raise KeyError(ADDRESS)
        except KeyError as error:
            raise ValueError(f"cannot greet {ADDRESS}") from error
    except ValueError:
        structlog.get_logger().exception("failed", person="user_001")

    (event,) = lines(stream)
    assert "ValueError: cannot greet <address>" in event["exception"]
    assert ADDRESS not in stream.getvalue()


def test_the_input_that_pydantic_quotes_is_hidden(stream: io.StringIO) -> None:
    """Its errors cut a long input in the middle, which would leave half an address."""
    try:
        User.model_validate({"email": {"address": "sarah.chen.of.the.mission.district@email.example"}})
    except ValueError:
        structlog.get_logger().exception("refused")

    assert "email" in stream.getvalue()
    assert "sarah" not in stream.getvalue()


def test_a_librarys_records_are_redacted(stream: io.StringIO) -> None:
    """Message, arguments and exception of stdlib records."""
    logger = logging.getLogger("faust.agents")
    try:
        raise ValueError(ADDRESS)
    except ValueError:
        logger.exception("crashed on %r: %s", {"key": ADDRESS}, ADDRESS)

    (event,) = lines(stream)
    assert event["event"] == "crashed on {'key': '<address>'}: <address>"
    assert (event["logger"], event["level"]) == ("faust.agents", "error")
    assert ADDRESS not in stream.getvalue()


def test_a_record_that_cannot_be_formatted_shows_its_source_line_only(
    stream: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    """Python's own report would print the arguments."""
    record = logging.getLogger("kafka").makeRecord("kafka", 30, __file__, 1, "%d", (ADDRESS,), None)
    (handler_of_kairos,) = (
        handler for handler in logging.getLogger().handlers if isinstance(handler, logs.Handler)
    )
    handler_of_kairos.handle(record)

    assert "could not be written" in stream.getvalue()
    assert "test_logs.py" in stream.getvalue()
    assert ADDRESS not in stream.getvalue() + capsys.readouterr().err


def test_an_uncaught_error_is_an_event(stream: io.StringIO, capsys: pytest.CaptureFixture[str]) -> None:
    """Its traceback goes through the same redaction; Ctrl-C is no error."""
    error = ValueError(ADDRESS)
    sys.excepthook(ValueError, error, None)
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)

    (event,) = lines(stream)
    assert (event["level"], event["event"]) == ("critical", "stopped by an error")
    assert ADDRESS not in stream.getvalue() + capsys.readouterr().err


class Unclosable:
    """An object whose finalizer raises."""

    def __del__(self) -> None:
        raise ValueError(ADDRESS)


def test_an_error_in_a_finalizer_is_one_redacted_line(
    stream: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    """Python would print a traceback to stderr."""
    del_me = Unclosable()
    del del_me

    (event,) = lines(stream)
    assert (event["level"], event["event"]) == ("warning", "not closed cleanly")
    assert event["error"] == "ValueError: <address>"
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(("logger", "start", "why"), logs.HARMLESS)
def test_harmless_messages_are_not_logged_and_have_a_reason(
    stream: io.StringIO, logger: str, start: str, why: str
) -> None:
    """Each row silences its message, and nothing else of that logger."""
    logging.getLogger(logger).error(start, *["x"] * start.count("%s"))
    logging.getLogger(logger).error("something else")

    assert [event["event"] for event in lines(stream)] == ["something else"]
    assert why


def test_a_repeated_library_message_is_suppressed_for_ten_seconds(stream: io.StringIO) -> None:
    """It is logged once, then again after ten seconds with the number of suppressed ones."""
    logger = logging.getLogger("aiokafka")
    for second in (0.0, 0.1, 9.9, 10.0):
        record = logger.makeRecord("aiokafka", logging.ERROR, __file__, 1, "no node %s", (1,), None)
        record.created = 1000.0 + second
        logger.handle(record)

    assert [(event["event"], event.get("repeated")) for event in lines(stream)] == [
        ("no node 1", None),
        ("no node 1", 2),
    ]


def test_own_events_are_never_suppressed(stream: io.StringIO) -> None:
    """Two equal own events are two lines."""
    for _ in range(2):
        structlog.get_logger().warning("record refused", topic="users")

    assert len(lines(stream)) == 2
