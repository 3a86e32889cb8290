"""The lines of batches: how they are cut into files, and what is read of any file that comes back."""

import json

import pytest

from deploy.embedded.openai.batch_lines import read_lines
from deploy.embedded.openai.bodies import (
    error_body,
    incomplete,
    refusal_part,
    response_body,
    text_part,
    usage,
)
from tests.unit.writing.batch.lanes import asked, reasons, row
from workers.writing.batch.lines import ENDPOINT, file_parts, fingerprint, lines_of, outcomes_of
from workers.writing.errors import TruncatedError
from workers.writing.model_answers import Usage

GOOD = response_body([text_part("Hello")], usage(100, 10), {})
WORSE = response_body([text_part("Bye")], usage(7, 3), {})


def test_lines_are_what_the_api_reads() -> None:
    """Also with letters that some take for the end of a line."""
    lines = lines_of([asked("a", input="one\u2028two\n\u0085三"), asked("b")])
    read, errors = read_lines(b"".join(lines.values()), ENDPOINT)

    assert errors == []
    assert [(each.custom_id, each.body) for each in read] == [
        ("a", asked("a", input="one\u2028two\n\u0085三").body),
        ("b", asked("b").body),
    ]


def test_two_requests_of_one_name_are_an_error_of_the_program() -> None:
    """The API would refuse the whole file."""
    with pytest.raises(ValueError, match="called a"):
        lines_of([asked("a"), asked("a")])


def test_a_line_has_the_same_name_after_a_restart_and_another_one_for_another_text() -> None:
    """By all that is asked."""
    (first, second), (again,) = lines_of([asked("a"), asked("b")]).values(), lines_of([asked("a")]).values()

    assert fingerprint(first) == fingerprint(again)
    assert (
        len({fingerprint(each) for each in (first, second, *lines_of([asked("a", model="x")]).values())}) == 3
    )


@pytest.mark.parametrize(
    ("most_lines", "most_bytes", "sizes"),
    [(2, 10_000, [2, 2, 1]), (50_000, 30, [3, 2]), (50_000, 10_000, [5]), (50_000, 5, [1, 1, 1, 1, 1])],
)
def test_lines_are_cut_into_files_within_the_limits(
    most_lines: int, most_bytes: int, sizes: list[int]
) -> None:
    """In as few as possible, and in their order; one that is too large stands alone."""
    lines = {str(number): b"123456789\n" for number in range(5)}
    parts = [*file_parts(lines, most_lines, most_bytes)]

    assert [len(part) for part in parts] == sizes
    assert [name for part in parts for name in part] == list(lines)
    assert [*file_parts({}, most_lines, most_bytes)] == []


ERRORS = {
    "status 429 in the body": (row("a", error_body("slow", code="rate_limit_exceeded"), 429), "status"),
    "no credit": (row("a", error_body("pay", code="insufficient_quota"), 429), "no-credit"),
    "server error": (row("a", error_body("oh", "server_error"), 500), "status"),
    "an error of the line": (row("a", None, error={"code": "request_timeout", "message": "x"}), "timeout"),
    "expired": (row("a", None, error={"code": "batch_expired", "message": "x"}), "batch"),
    "cancelled": (row("a", None, error={"code": "batch_cancelled", "message": "x"}), "batch"),
    "an error beside an answer": (row("a", GOOD, error={"code": "odd"}), "status"),
    "refused": (row("a", response_body([refusal_part("no")], usage(1, 1), {})), "refused"),
    "cut": (row("a", incomplete(GOOD)), "truncated"),
    "empty": (row("a", response_body([text_part(" ")], usage(1, 1), {})), "empty"),
    "a body that is a text": (row("a", "<html>"), "schema"),
    "nothing": (row("a"), "status"),
    "a status that is none": (row("a", {}, 0), "status"),
}


@pytest.mark.parametrize("name", ERRORS)
def test_a_line_without_an_answer_says_why(name: str) -> None:
    """By its kind, for counts."""
    content, reason = ERRORS[name]
    found, others = outcomes_of([content], {"a"})

    assert (reasons(found), others, found["a"].text) == ({"a": reason}, 0, None)


def test_tokens_of_an_answer_that_cannot_be_used_are_counted() -> None:
    """They are paid for."""
    found, _ = outcomes_of([row("a", incomplete(GOOD))], {"a"})

    assert found["a"].usage == Usage(100, 0, 10)
    assert isinstance(found["a"].error, TruncatedError)


BAD_ROWS = (
    b"{",
    b"7",
    b"\xff\xfe",
    b"[" * 100_000,
    b"null",
    row(None, GOOD),
    row(7, GOOD),
    row("zz", GOOD),
    b"{}",
)


@pytest.mark.parametrize("bad", BAD_ROWS, ids=range(len(BAD_ROWS)))
def test_a_line_that_cannot_be_read_or_is_of_nobody_spoils_no_other(bad: bytes) -> None:
    """Before and behind it."""
    found, others = outcomes_of([b"\n".join((row("a", GOOD), bad.rstrip(b"\n"), row("b", GOOD)))], {"a", "b"})

    assert (reasons(found), others) == ({"a": None, "b": None}, 1)


def test_of_a_line_that_is_there_twice_an_answer_counts() -> None:
    """The first of two answers, before or behind an error, in one file or in two; all tokens are paid for."""
    error = row("a", error_body("oh"), 500)
    for contents in ([error + row("a", GOOD)], [row("a", GOOD), error], [row("a", GOOD) + row("a", WORSE)]):
        found, _ = outcomes_of(contents, {"a"})
        assert found["a"].text == "Hello"
        assert found["a"].error is None
    assert found["a"].usage == Usage(107, 0, 13)


def test_an_answer_in_japanese_is_read_as_it_is() -> None:
    """Whether it is written with escapes or without."""
    body = response_body([text_part("求人\u2028です。")], usage(1, 1), {})
    plain = json.dumps(
        {"custom_id": "a", "response": {"status_code": 200, "body": body}, "error": None}, ensure_ascii=False
    )
    for content in (row("a", body), plain.encode()):
        assert outcomes_of([content], {"a"})[0]["a"].text == "求人\u2028です。"
