"""What is written of a message: an interaction as the model writes it."""

import json
from typing import Any

import pytest

from schemas.interactions import Interaction
from schemas.model import from_epoch_ms
from workers.serve.tracking.endpoints import READERS
from workers.serve.tracking.interactions import at_of, interaction_json
from workers.serve.tracking.messages import TrackedMessage

NOW = 1_707_523_200_123
VIEW = {"id": "visit-1", "seq": 2, "job_id": "job_001", "seconds": 12.5, "source": "feed", "query": "看護師"}
PRESS = {
    "id": "press-1",
    "job_id": 7,
    "kind": "saved",
    "undo": True,
    "request_id": "l",
    "position": 3,
    "bot": 1,
}
SEARCH = {"id": "search-1", "query": "nurse", "place": "大阪"}
BODIES: dict[str, dict[str, Any]] = dict(zip(READERS, (VIEW, PRESS, SEARCH), strict=True))


def message(name: str, **more: Any) -> TrackedMessage:
    """The message of one of the bodies."""
    return READERS[name](json.dumps(BODIES[name] | more).encode(), "")


@pytest.mark.parametrize("of_job", [{}, {"tags": ["kitchen", "夜"]}, {"unknown_job": True}])
@pytest.mark.parametrize("name", BODIES)
def test_it_is_what_the_model_writes(name: str, of_job: dict[str, Any]) -> None:
    """Byte for byte, with every field."""
    found = message(name)
    model = Interaction(id=found.id, person="ミア", at=from_epoch_ms(NOW), **found.content, **of_job)

    assert interaction_json(found, "ミア", NOW, of_job) == model.dumps()


@pytest.mark.parametrize(
    ("age_ms", "at"),
    [(None, NOW), (0, NOW), (1_500, NOW - 1_500), (86_400_000, NOW - 86_400_000), (86_400_001, NOW)],
)
def test_our_clock_and_the_age_give_the_time(age_ms: int | None, at: int) -> None:
    """What claims to be older than a day counts as now."""
    assert at_of(message("track-view", age_ms=age_ms), NOW) == at
