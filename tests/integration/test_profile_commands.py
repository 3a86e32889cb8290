"""`kairos profile` and `kairos explain` on a real Redis."""

import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from schemas.decision import SendDecision
from schemas.mail import Email
from schemas.permissions import MailPause
from schemas.profile import EnrichedProfile
from tests.integration.serving import delete_keys
from workers.cli import main
from workers.runtime.process.redis_connection import connect
from workers.runtime.process.settings import Settings
from workers.serve.changes import decode_change
from workers.serve.read_model import ReadModel
from workers.serve.timeline import TimelineEntry

pytestmark = pytest.mark.wire

SARAH = "user_001"
PROFILE = EnrichedProfile.EXAMPLES[0] | {"last_event_date": "2024-01-29"}
RULES = [{"rule": "cooldown", "input": "16 days", "threshold": "7 days", "passed": True}]


@pytest.fixture
def settings(services: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """A read model with one person, and an environment that names it."""
    settings = Settings(redis_url=services.redis_url, kairos_prefix=f"p{uuid.uuid4().hex[:8]}-")
    monkeypatch.setenv("REDIS_URL", settings.redis_url)
    monkeypatch.setenv("KAIROS_PREFIX", settings.kairos_prefix)
    monkeypatch.setenv("COLUMNS", "120")
    rows = {
        "enriched-profiles": EnrichedProfile.model_validate(PROFILE),
        "send-decisions": SendDecision.model_validate(SendDecision.EXAMPLES[0] | {"rules": RULES}),
        "emails": Email.model_validate(Email.EXAMPLES[0]),
    }
    with connect(settings, 5) as redis:
        ReadModel(redis, settings).apply(
            [decode_change(topic, SARAH.encode(), model.dumps(), 0) for topic, model in rows.items()]
        )
        yield settings
        delete_keys(redis, settings)


def kairos(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> Any:
    """The output of the command; its exit code is checked."""
    with pytest.raises(SystemExit) as ended:
        main([*arguments])
    assert ended.value.code == code
    return capsys.readouterr()


def test_profile_shows_the_person_as_of_now(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    """The stored profile is of 2024; days are counted up to now."""
    page = kairos(capsys, "profile", SARAH).out
    stored = EnrichedProfile.model_validate(PROFILE)

    assert page.startswith(f"Sarah Chen  {SARAH}, as of ")
    assert "as of 2024" not in page
    printed = EnrichedProfile.loads(kairos(capsys, "profile", SARAH, "--json").out.encode())
    assert printed.as_of > stored.as_of
    days = (printed.as_of.date() - stored.last_event_date).days  # type: ignore[operator]
    assert printed.days_since_last_event == days
    assert printed == stored.at(printed.as_of)
    assert " ".join(printed.summary.split()[:8]) in " ".join(page.split())


def test_explain_shows_the_decision_and_its_mail(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    """The verdict, each rule with its numbers, the mail; JSON has both in full."""
    page = " ".join(kairos(capsys, "explain", SARAH).out.replace("│", " ").split())

    assert page.startswith(f"{SARAH}: send, because enough is known")
    assert "cooldown 16 days 7 days yes" in page
    assert "Another evening at The Vault?" in page
    document = json.loads(kairos(capsys, "explain", SARAH, "--json").out)
    assert SendDecision.model_validate(document["decision"]).slot == 1
    assert Email.model_validate(document["mail"]) == Email.model_validate(Email.EXAMPLES[0])


def test_the_timeline_is_shown(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    """Decision and mail, oldest first; JSON has every field; explain has the decisions."""
    lines = kairos(capsys, "profile", SARAH, "--timeline").out.splitlines()

    assert [" ".join(line.split()[3:]) for line in lines[1:]] == [
        "decision send default",
        "mail send user_001:1",
    ]
    entries = json.loads(kairos(capsys, "profile", SARAH, "--timeline", "--json").out)
    assert [(entry["kind"], entry["id"]) for entry in entries] == [
        ("decision", "user_001:1"), ("mail", "user_001:1"),
    ]  # fmt: skip
    assert "The last decisions" in kairos(capsys, "explain", SARAH).out
    assert (
        "it has no --at" in kairos(capsys, "profile", SARAH, "--timeline", "--at", "2024-01-01", code=2).err
    )


def test_somebody_without_a_user_document_is_explained(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    """Facts about them have come, so they are known."""
    fact = ("u7", TimelineEntry(5, "fact", "order", "orders/1"))
    with connect(settings, 5) as redis:
        ReadModel(redis, settings).apply([], facts=[fact])

    assert kairos(capsys, "explain", "u7").out.startswith(
        "u7: no decision, because there is no user document"
    )
    assert json.loads(kairos(capsys, "explain", "u7", "--json").out)["decision"] is None


def test_what_is_paused_stands_above_profile_and_decision(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    """What concerns the person; programs read the profile alone."""
    with connect(settings, 5) as redis:
        pauses = [
            MailPause.model_validate({"subject": subject, "at": 0, "by": "ops", "why": "wrong prices"})
            for subject in ("campaign:digest", f"person:{SARAH}", "person:another")
        ]
        ReadModel(redis, settings).apply(
            [decode_change("controls", pause.key.encode(), pause.dumps(), 0) for pause in pauses]
        )
    for command in ("profile", "explain"):
        page = " ".join(kairos(capsys, command, SARAH).out.split())
        assert page.startswith("paused: campaign:digest since 1970-01-01")
        assert f"paused: person:{SARAH} since" in page
        assert "another" not in page
    assert kairos(capsys, "profile", SARAH, "--json").out.startswith("{")


@pytest.mark.parametrize(("command", "kind"), [("profile", "profile"), ("explain", "decision")])
def test_an_unknown_person_is_one_line_and_code_1(
    command: str, kind: str, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    """The line has the number of people, and a hint when the read model is empty."""
    output = kairos(capsys, command, "user_999", code=1)
    assert output.out == ""
    assert output.err.splitlines() == [
        f"Error: the read model has no {kind} of user_999; "
        "it holds 1 people; ids are those of your users, as text"
    ]

    with connect(settings, 5) as redis:
        delete_keys(redis, settings)
    output = kairos(capsys, command, SARAH, code=1)
    assert "it is empty: does `kairos worker serve` run" in output.err
    assert len(output.err.splitlines()) == 1
