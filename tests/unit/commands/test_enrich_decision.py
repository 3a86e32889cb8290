"""The decision that `kairos enrich` prints: that of the fleet's rules, with the reason of a wait."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.commands.test_enrich import run
from workers.commands.enrich_view import ASK, SEND, WAIT

DAY = "2024-02-10"


def decisions(tmp_path: Path, user: dict[str, Any], *messages: dict[str, Any]) -> str:
    """The line of the decision about a user with messages."""
    (tmp_path / "u.json").write_text(json.dumps([{"id": "u", **user}]))
    (tmp_path / "m.json").write_text(json.dumps([{"id": 1, "user_id": "u", **each} for each in messages]))
    done = run("--users", tmp_path / "u.json", "--messages", tmp_path / "m.json", "--as-of", DAY)
    return done.stdout.rpartition("→ ")[2].strip()


KNOWN = {"interests": "tea", "cuisine_preference": "Thai", "age": 30, "occupation": "nurse"}
ADDRESS = {"email": "ann@example.com"}


@pytest.mark.parametrize(
    ("user", "sent", "expected"),
    [
        (KNOWN | ADDRESS, "2024-01-01", SEND),
        (ADDRESS, "2024-01-01", ASK),
        (
            KNOWN | ADDRESS,
            "2024-02-09",
            f"{WAIT} (the last message is 1 day old, 7 are needed; until 2024-02-16 00:00 UTC)",
        ),
        (
            {**ADDRESS, "interests": "tea", "age": 30},
            "2024-01-01",
            f"{WAIT} (2 of 4 fields are known, 3 are needed)",
        ),
        (KNOWN, "2024-01-01", f"{WAIT} (there is no address)"),
        ({**KNOWN, "email": "none"}, "2024-01-01", f"{WAIT} (there is no address)"),
    ],
    ids=["send", "ask", "cooldown", "too little", "no address", "a word for no address"],
)
def test_the_decision_is_that_of_the_fleet_with_its_reason(
    user: dict[str, Any], sent: str, expected: str, tmp_path: Path
) -> None:
    """A wait says which rule did not pass, and until when if that is known."""
    assert decisions(tmp_path, user, {"status": "sent", "sent_date": sent}) == expected
