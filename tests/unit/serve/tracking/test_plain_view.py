"""A view in plain JSON is read as every other is, only faster."""

import json
from typing import Any

import pytest

from workers.serve.tracking.messages import read_message, view
from workers.serve.tracking.plain_view import plain_view, read_view
from workers.serve.tracking.refusal import RequestRefused

SCRIPT = {
    "id": "1-2-3-4",
    "seq": 1,
    "job": "job_001",
    "seconds": 3.2,
    "source": "feed",
    "age": 12,
    "bot": False,
}


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"token": "k1.eyJ9.abc.def", "request_id": "l-1"},
        {"job_id": "job_002", "age_ms": 0, "person": "mia", "position": 3},
        {"source": "billboard", "seconds": 0, "bot": True},
        {"job": "7.0", "person": "ミア", "seconds": -0.0},
    ],
)
def test_what_the_script_sends_is_plain(more: dict[str, Any]) -> None:
    """With all that a page adds."""
    body = json.dumps(SCRIPT | more).encode()

    assert plain_view(body) == read_message(body, "", view)


@pytest.mark.parametrize(
    "more",
    [
        {"position": "3"},
        {"seconds": "12"},
        {"bot": "yes"},
        {"job": 7},
        {"source": "", "token": ""},
        {"query": " night  shifts "},
        {"visit": "other"},
    ],
)
def test_what_is_not_plain_is_looked_at_more_closely(more: dict[str, Any]) -> None:
    """And understood all the same."""
    body = json.dumps(SCRIPT | more).encode()

    assert plain_view(body) is None
    assert read_view(body, "") == read_message(body, "", view)


@pytest.mark.parametrize(
    "more", [{"id": "a\n"}, {"job": " "}, {"person": "x" * 201}, {"seconds": 1_801}, {"seq": -1}]
)
def test_what_is_refused_names_its_field(more: dict[str, Any]) -> None:
    """As ever."""
    with pytest.raises(RequestRefused) as refused:
        read_view(json.dumps(SCRIPT | more).encode(), "")
    assert [refused.value.field] == [{"job": "job_id"}.get(name, name) for name in more]
