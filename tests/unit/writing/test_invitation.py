"""An invitation: its plan, what a model is told, what it may answer, and the mail."""

import json
from datetime import date
from typing import Any

import pytest

from tests.standins.openai import Reply, Replying, completed, stand_in
from tests.standins.written_texts import written
from tests.unit.writing.serviced import AT
from workers.runtime.process.settings import Settings
from workers.writing.author import Author
from workers.writing.bank import invite_of_bank
from workers.writing.bank_tables import BANK
from workers.writing.days_in_words import moment_in_words
from workers.writing.invitation import sendable_invitation
from workers.writing.invite_plan import InvitedTo, InvitePlan, ToldReason, invite_plan
from workers.writing.invite_prompt import INVITATION_FORM, KINDS, MEANINGS, invite_facts
from workers.writing.models import EmailLanguage
from workers.writing.openai_client import model_call
from workers.writing.pace.text_cache import TextCache
from workers.writing.texts import InviteTexts
from workers.writing.tokens import tokens_of

ENGLISH, JAPANESE = EmailLanguage.ENGLISH, EmailLanguage.JAPANESE
STRANGERS = ("Truffle Supper", "The Vault", "Chef Mario", "Quintus", "5,000", "SOMA", "2025")


def plan(language: EmailLanguage = ENGLISH, **fields: Any) -> InvitePlan:
    """The plan of an invitation with everything in it."""
    given: dict[str, Any] = {
        "event_id": "e1",
        "title": "Truffle Supper",
        "day": date(2025, 12, 6),
        "clock": "19:00",
        "venue": "The Vault",
        "area": "SOMA",
        "host": "Chef Mario",
        "price": "¥5,000",
        "reasons": (ToldReason("host", "Chef Mario hosts it"), ToldReason("friends", "2 people are coming")),
    }
    made = invite_plan(person="p1", language=language, name="Quintus", of=InvitedTo(**(given | fields)))
    assert made is not None
    return made


async def authored(made: InvitePlan, *replies: Reply | Replying) -> tuple[InviteTexts, list[dict[str, Any]]]:
    """The texts of a plan by a stand-in for the model, and what that was asked."""
    async with stand_in(*(replies or (written,))) as server:
        settings = Settings(openai_base_url=server.url, openai_timeout_seconds=2.0)
        call = model_call(settings, "not-a-key", None, lambda: AT)
        async with call.client:
            author = Author(call, TextCache(None, "t:", 60), lambda: AT)
            return await author.invitation(made), server.requests


@pytest.mark.parametrize("language", EmailLanguage)
async def test_a_model_writes_the_prose_and_is_told_no_word_of_a_record(language: EmailLanguage) -> None:
    """One call; the subject names the event by its token."""
    texts, asked = await authored(plan(language))

    assert (texts.made.origin, len(asked)) == ("model", 1)
    assert "{{event.title}}" in texts.personal.subject
    told = json.dumps(asked, ensure_ascii=False)
    assert not [word for word in STRANGERS if word in told]
    assert asked[0]["text"]["format"]["name"] == "invitation"
    assert KINDS["host"] in told


async def test_readers_with_the_same_kinds_of_reasons_share_a_text() -> None:
    """Whatever order they are in, and whoever hosts."""
    other = plan(
        title="Pasta Night",
        host="Chef Ploy",
        reasons=(ToldReason("friends", "3 people are coming"), ToldReason("host", "Chef Ploy hosts it")),
    )
    assert invite_facts(plan()) == invite_facts(other)
    assert invite_facts(plan()) != invite_facts(plan(venue=None))


GOOD = {
    "subject": "Join us at {{event.title}}",
    "preheader": "We hope to see you there.",
    "introduction": "There is an event that may be of interest to you.",
    "closing": "Thank you for reading.",
}
BAD = [
    {"subject": "Join us at our event"},  # does not name it
    {"subject": "Join us at {{event.titel}}"},
    {"introduction": "Mike and Jenny are coming, too."},
    {"introduction": "The event is on Saturday."},
    {"introduction": "Only 3 seats are left."},
    {"preheader": "See https://evil.example for more."},
    {"closing": "{{count}} jobs for you."},
]


@pytest.mark.parametrize("part", BAD)
async def test_what_the_gate_refuses_is_asked_for_again_and_then_the_bank_writes(
    part: dict[str, str],
) -> None:
    """With the reason; the mail is a good one."""
    texts, asked = await authored(plan(), completed(json.dumps(GOOD | part)))

    assert (texts.made.origin, len(asked)) == ("bank", 2)
    assert "refused" in asked[1]["input"]
    assert texts.personal == invite_of_bank(plan()).personal
    assert texts.made.reason is not None
    assert texts.made.reason.startswith("gate")


async def test_a_second_answer_is_taken() -> None:
    """It has heard what was wrong."""
    texts, _ = await authored(plan(), completed(json.dumps(GOOD | BAD[0])), completed(json.dumps(GOOD)))
    assert (texts.made.origin, texts.personal.subject) == ("model", GOOD["subject"])


def test_the_form_is_strict() -> None:
    """Four texts and nothing else."""
    assert INVITATION_FORM.schema["additionalProperties"] is False
    assert INVITATION_FORM.schema["required"] == ["subject", "preheader", "introduction", "closing"]


@pytest.mark.parametrize("language", EmailLanguage)
@pytest.mark.parametrize(
    "fields", [{}, {"venue": None, "clock": None, "host": None, "area": None, "price": None}]
)
def test_every_choice_of_the_bank_makes_a_mail_that_may_be_sent(
    language: EmailLanguage, fields: dict[str, Any]
) -> None:
    """The subject names the event; what is not known is not named."""
    subjects = set()
    for number in range(60):
        made = plan(language, event_id=str(number), url="https://x.example/e?a=1&b=%26", **fields)
        texts = invite_of_bank(made)
        mail = sendable_invitation(made, texts)
        assert mail is not None
        assert mail.texts is texts  # not those of a second try
        assert "Truffle Supper" in mail.page.subject
        subjects.add(texts.personal.subject)
    assert subjects == {each for each in BANK[language.value]["invite"]["subject"] if tokens_of(each)}


def test_a_title_that_is_too_odd_for_a_sentence_stands_in_the_card_only() -> None:
    """What a cut makes of it may not be shown; the subject has another sentence then."""
    made = plan(title="Truffle Supper")
    values = {name: value for name, value in made.values.items() if name != "event.title"}
    without = InvitePlan(made.person, made.language, made.name, made.event, values)
    mail = sendable_invitation(without, invite_of_bank(without))

    assert mail is not None
    assert "Truffle" not in mail.page.subject
    assert "Truffle Supper" in mail.text


def test_a_mail_that_may_not_be_sent_has_the_texts_of_the_bank() -> None:
    """The same sentence twice."""
    said = "There is an event that may be of interest to you."
    bad = InviteTexts(invite_of_bank(plan()).personal._replace(introduction=said, closing=said))
    mail = sendable_invitation(plan(), bad)

    assert mail is not None
    assert mail.texts.made.reason == "gate: the whole mail was refused"


def test_every_token_has_a_meaning_and_every_reason_a_kind() -> None:
    """Those that a plan has."""
    assert set(plan().values) == set(MEANINGS)
    assert plan().codes <= set(KINDS)


@pytest.mark.parametrize(
    ("clock", "zone", "english", "japanese"),
    [
        ("19:00", None, "Saturday 6 December 2025, 19:00", "2025年12月6日(土) 19:00"),
        ("09:05", "JST", "Saturday 6 December 2025, 09:05 (JST)", "2025年12月6日(土) 09:05 (JST)"),
        (None, None, "Saturday 6 December 2025", "2025年12月6日(土)"),
    ],
)
def test_a_day_and_a_time_in_words(clock: str | None, zone: str | None, english: str, japanese: str) -> None:
    """As each language writes them."""
    day = date(2025, 12, 6)
    assert moment_in_words(day, clock, zone, ENGLISH) == english
    assert moment_in_words(day, clock, zone, JAPANESE) == japanese
