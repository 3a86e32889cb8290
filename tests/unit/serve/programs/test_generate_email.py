"""`POST /generate-email`: a mail for a program, and what is refused."""

from typing import Any

import pytest

from tests.unit.serve.programs.asked import HEADERS, JSON, TOKENS, Asked, problem_of
from tests.unit.writing.readers import matches
from workers.serve.programs import endpoints

MOCKED = {"EMAIL_GENERATION_MOCK_MODE": "true"}
READER = {"user_id": 7, "name": "Quintus", "email": "q@example.com", "preferred_language": "ja"}


def body(**change: Any) -> dict[str, Any]:
    """A good request."""
    lists = {kind.value: [job.__dict__ for job in jobs] for kind, jobs in matches().items()}
    return {"user_profile": READER, "job_matches": lists} | change


def test_e44_a_mail_is_written_for_a_program() -> None:
    """E44: with both parts, in the language of the reader."""
    answer = Asked(**TOKENS, **MOCKED).client.post("/generate-email", json=body(), headers=HEADERS)

    assert (answer.status_code, answer.json()["status"]) == (200, "success")
    mail = answer.json()["email"]
    assert mail["subject"].startswith("[MOCK] ")
    assert len(mail["sections"]) == 6
    assert 'lang="ja"' in mail["html"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"job_matches": {}}, "job_matches"),
        ({"user_profile": READER | {"preferred_language": "de"}}, "user_profile.preferred_language"),
        ({"user_profile": {"user_id": 7}}, "user_profile.name"),
        ({"jobs": []}, "jobs"),
    ],
)
def test_what_is_wrong_in_a_body_is_named(change: dict[str, Any], field: str) -> None:
    """E44: 422, as everywhere."""
    answer = Asked(**TOKENS, **MOCKED).client.post("/generate-email", json=body(**change), headers=HEADERS)

    assert problem_of(answer)[:2] == (422, field)


def test_e44_more_mails_than_can_be_written_at_once_are_to_be_asked_for_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """E44: 503 with Retry-After; afterwards, and after requests that were wrong, there is room again."""
    asked = Asked(**TOKENS, **MOCKED)
    monkeypatch.setattr(endpoints, "MOST_MAILS", 0)
    answer = asked.client.post("/generate-email", json=body(), headers=HEADERS)
    assert (problem_of(answer)[0], answer.headers["retry-after"]) == (503, "2")

    monkeypatch.setattr(endpoints, "MOST_MAILS", 1)
    for _ in range(3):
        assert asked.client.post("/generate-email", json={}, headers=HEADERS).status_code == 422
    assert asked.client.post("/generate-email", json=body(), headers=HEADERS).status_code == 200


def test_nobody_without_a_token_and_no_model_without_a_key() -> None:
    """401; and where no model can be asked there is no such route."""
    assert Asked(**TOKENS, **MOCKED).client.post("/generate-email", json=body()).status_code == 401
    answer = Asked(**TOKENS).client.post("/generate-email", json=body(), headers=HEADERS | JSON)
    assert answer.status_code == 404
