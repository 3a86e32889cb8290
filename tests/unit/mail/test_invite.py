"""The invitation: which event it shows, what it says of it, and what happens when there is none."""

import re
from typing import Any

import pytest

from schemas.mail import Email, MailedEvent
from schemas.model import from_epoch_ms
from schemas.permissions import address_hash
from tests.unit.mail.held import AT, event, held_events
from tests.unit.mail.invited import HOUR_MS, invite, written
from tests.unit.mail.mails import TEXT
from tests.world import EMAIL, SAMPLE_EVENTS
from workers.mail.email_record import email
from workers.mail.mail_links import MailLinks
from workers.mail.mail_senders import MailSenders
from workers.recommend.events.policy import EventPolicy
from workers.recommend.events.reasons import REASONS
from workers.writing.invite_prompt import KINDS
from workers.writing.rendering.page import Sender


async def test_an_invitation_says_what_when_where_and_why_in_english() -> None:
    """And leads to the page of the event."""
    text, other = await written(held_events(*SAMPLE_EVENTS, event("e/1")))

    assert "Truffle Supper" in text.subject
    assert text.greeting == "Hi Sarah,"
    assert text.text is not None
    for line in (
        "Truffle Supper",
        "When: Saturday 6 December 2025, 19:00",
        "Where: The Vault",
        "Host: Chef Mario",
        "Price: ¥5,000",
        "Why you get this",
        "• Chef Mario hosts it, whose events you have joined before",
        "• It is at The Vault, where you have been before",
        "See the event",
        "https://example.com/events/e%2F1",
    ):
        assert line in text.text.split("\n")
    assert text.html is not None
    assert 'href="https://example.com/events/e%2F1"' in text.html
    assert text.making is not None
    assert (text.making.introduction, text.writer, other.count) == ("bank", "template", 0)


async def test_an_invitation_in_japanese() -> None:
    """Of the same event."""
    text, _ = await written(held_events(event(name="トリュフの夕べ", neighborhood="渋谷")), invite("ja"))

    assert "トリュフの夕べ" in text.subject
    assert text.greeting == "Sarah様"
    assert text.text is not None
    for line in (
        "日時：2025年12月6日(土) 19:00",
        "会場：The Vault／渋谷",
        "主催：Chef Mario",
        "料金：¥5,000",
        "このご案内をお届けした理由",
        "・以前ご参加いただいたChef Marioの会です",
        "・以前お越しいただいたThe Vaultで開かれます",
        "イベントの詳細を見る",
    ):
        assert line in text.text.split("\n")


async def test_the_record_names_the_event_and_its_version() -> None:
    """So that somebody can see what was known when it was written."""
    made = invite()
    text, _ = await written(held_events(*SAMPLE_EVENTS, event()), made)
    mail = Email.loads(email(made, text, AT).dumps())

    assert mail.events == [MailedEvent(event_id="e1", version=(1, 3))]
    assert mail.jobs == []


async def test_without_a_page_a_reply_is_asked_for() -> None:
    """There is no button then."""
    text, _ = await written(held_events(event()), links=MailLinks())

    assert text.html is not None
    assert "Would you like to come? Simply reply to this mail." in text.html
    assert "See the event" not in text.html
    assert '<a class="button"' not in text.html


async def test_a_zone_that_is_only_that_of_the_product_is_named() -> None:
    """And without a time nothing is said of one."""
    zone = EventPolicy(time_zone="Asia/Tokyo")
    text, _ = await written(held_events(event(time_zone=None)), policy=zone)
    assert "When: Saturday 6 December 2025, 19:00 (JST)" in (text.text or "")
    text, _ = await written(held_events(event(date="2025-12-06")), policy=zone)
    assert "When: Saturday 6 December 2025\n" in (text.text or "")


async def test_friends_are_counted_and_never_named() -> None:
    """Mike and Jenny have been at two events with Sarah."""
    guests = ["mike.jones@email.com", {"email": "jenny.kim@email.com", "name": "Jenny Kim"}, "new@x.jp"]
    text, _ = await written(held_events(*SAMPLE_EVENTS, event(participants=guests, host=None, venue=None)))

    shown = f"{text.text}{text.html}{text.body}"
    assert "2 people you have met at earlier events are coming" in shown
    assert not re.search("mike|jenny|jones|kim", shown, re.IGNORECASE)


async def test_at_most_so_many_reasons_are_told() -> None:
    """The weightiest."""
    text, _ = await written(held_events(event(event_type="dinner")), policy=EventPolicy(reasons=1))
    assert (text.text or "").count("• ") == 1


@pytest.mark.parametrize(
    ("fields", "made"),
    [
        ({"date": None}, {}),
        ({"name": None}, {}),
        ({"status": "cancelled"}, {}),
        ({"capacity": 1, "participants": ["a@x.jp"]}, {}),
        ({"participants": [EMAIL]}, {}),
        ({"participants": ["other@x.jp"]}, {"address_hash": address_hash("Other@x.jp")}),
        ({"host": None, "venue": None}, {}),  # nothing speaks for it
        ({"date": "2025-12-01T12:00:00Z"}, {"valid_until": from_epoch_ms(AT + 37 * HOUR_MS)}),
        ({}, {"campaign": "job-digest"}),
        ({}, {"verdict": "ask"}),
    ],
)
async def test_without_an_event_the_general_text_is_written(
    fields: dict[str, Any], made: dict[str, Any]
) -> None:
    """It says nothing of any event, and it has both parts."""
    text, other = await written(held_events(event(**fields)), invite(**made))

    assert (text.subject, text.events, other.count) == (TEXT.subject, (), 1)
    assert "Truffle" not in f"{text.text}{text.html}"


async def test_nobody_is_invited_while_the_events_or_the_person_are_not_known() -> None:
    """The one that a mail of an hour ago named may be cancelled; who is not known may be there already."""
    assert (await written(held_events(event(), ready=False)))[1].count == 1
    assert (await written(held_events(event()), found=None))[1].count == 1
    assert (await written(held_events()))[1].count == 1


async def test_a_bare_number_is_no_price() -> None:
    """Of which currency it is, nobody knows."""
    assert "Price" not in ((await written(held_events(event(price="5000"))))[0].text or "")


async def test_an_invitation_says_who_sends_it() -> None:
    """As every mail does."""
    senders = MailSenders({"en": Sender("Example Inc.", "1 Example Street", "help@example.com")})
    text, _ = await written(held_events(event()), senders=senders)

    assert "Example Inc." in (text.text or "")


def test_a_model_is_told_of_every_kind_of_reason() -> None:
    """Each has its meaning in the prompt."""
    assert set(KINDS) == set(REASONS)
