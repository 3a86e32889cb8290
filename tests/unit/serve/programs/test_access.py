"""Which programs may ask: those with a token."""

import pytest

from schemas.decision import SendDecision
from tests.unit.serve.programs.asked import HEADERS, SENT, TOKENS, Asked, problem_of
from workers.runtime.process.http_settings import unsafe
from workers.runtime.process.settings import load

DECISION = SendDecision.model_validate(SendDecision.EXAMPLES[0])


@pytest.mark.parametrize("given", [None, "Bearer x", "Bearer ", "Basic " + "t" * 40, "Bearer " + "é" * 40])
def test_in_production_a_token_is_needed(given: str | None) -> None:
    """On every route, before anything else is told."""
    headers = {} if given is None else {b"authorization": given.encode()}
    with (asked := Asked(**TOKENS)).client as client:
        asked.model.decisions["user_001"] = DECISION
        answers = [client.get(f"/{name}/user_001", headers=headers) for name in ("profiles", "decisions")]
        answers += [client.post(path, json={}, headers=headers) for path in ("/enrich", "/engagements")]
        good = client.get("/decisions/user_001", headers=HEADERS)

    assert {problem_of(answer)[0] for answer in answers} == {401}
    assert {answer.headers["www-authenticate"] for answer in answers} == {"Bearer"}
    assert good.status_code == 200


def test_who_guesses_waits() -> None:
    """Whoever has a token does not."""
    with (asked := Asked(**TOKENS, KAIROS_ADDRESS_BURST="2", KAIROS_ADDRESS_PER_MINUTE="1")).client as client:
        statuses = [client.get("/profiles/x").status_code for _ in range(3)]
        good = client.get("/profiles/x", headers=HEADERS)

    assert (statuses, good.status_code) == ([401, 401, 429], 404)
    assert asked.reports() == []


def test_in_production_without_tokens_there_are_no_such_routes() -> None:
    """And with a short one serve does not start."""
    without = {name: value for name, value in TOKENS.items() if name != "KAIROS_API_TOKENS"}
    with Asked(**without).client as client:
        assert client.get("/profiles/user_001").status_code == 404
        assert client.post("/engagements", json=SENT).status_code == 404

    assert list(unsafe(load(TOKENS))) == []
    assert "KAIROS_API_TOKENS: crm" in next(iter(unsafe(load(TOKENS | {"KAIROS_API_TOKENS": "crm:short"}))))
