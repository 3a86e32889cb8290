"""The stages `returns` and `full-mailboxes`: what a report means, and that it counts once."""

from typing import Any

import pytest

from schemas.mail import Engagement
from schemas.model import from_epoch_ms
from schemas.permissions import Suppression, address_hash
from schemas.returns import FullMailbox, HandedOver, MailReturn
from tests.unit.deliver.outgoing import ADDRESS, AT, email
from workers.deliver.full_mailboxes import WINDOW_MS, full_mailboxes
from workers.deliver.handover import FinalOutcome, Hand, HandOver, Prepare, Ready
from workers.deliver.returned import returns
from workers.deliver.stage import step
from workers.product.returns.references import mail_key
from workers.runtime.engine.replay import Replay
from workers.runtime.kafka.headers import cloud_headers, event_type
from workers.runtime.kafka.records import ConsumerRecord, ProducerRecord
from workers.runtime.stage import EffectResult, Output

HASHED = address_hash(ADDRESS)
KEY = mail_key("mia:1")
HANDED = HandedOver(
    mail="mia:1", decision_id="mia:1", person="mia", address=HASHED, campaign="digest", at=from_epoch_ms(AT)
)


class Fed:
    """A stage in memory, record by record."""

    def __init__(self, stage: Any) -> None:
        self.replay, self.topic = Replay(stage), next(iter(stage.inputs))
        self.offset = 0

    def feed(self, value: Any, key: str = KEY, at: int = AT) -> list[ProducerRecord]:
        """What is written because of a record."""
        self.offset += 1
        headers = tuple(cloud_headers(event_type(self.topic), "/test", str(self.offset), at))
        data = value.dumps()
        raw = ConsumerRecord(self.topic, 0, self.offset, key.encode(), data, at, headers)
        return self.replay.feed([raw])


def test_what_a_return_needs_is_written_before_the_server_hears_of_a_mail() -> None:
    """And the stage knows the mail by it."""
    state = HandOver("mia:1", "mia:1", "mia", AT)
    _, (noted, _) = step(state, EffectResult("mia:1", Prepare(email(campaign="digest")), Ready(HASHED), AT))

    assert isinstance(noted, Output)
    assert (noted.topic, noted.key, noted.value) == ("mail-returns", KEY, HANDED)


def test_a_mailbox_that_stayed_full_is_noted_beside_the_outcome() -> None:
    """Under the hash of its address."""
    state, final = HandOver("mia:1", "mia:1", "mia", AT, "handing"), FinalOutcome("bounced", full=HASHED)
    _, (_, noted) = step(state, EffectResult("mia:1", Hand(email(), HASHED), final, AT))

    assert isinstance(noted, Output)
    assert (noted.topic, noted.key) == ("full-mailboxes", HASHED)


def report(says: Any, **fields: Any) -> MailReturn:
    """A report about a mail."""
    return MailReturn(says=says, detail="550", source="mailbox", at=from_epoch_ms(AT), **fields)


def topics(records: list[ProducerRecord]) -> list[str]:
    """Where records go."""
    return [record.topic for record in records]


@pytest.mark.parametrize(
    ("says", "outcome", "others"),
    [
        ("suppress", "bounced", ["suppressions"]),
        ("bounced", "bounced", []),
        ("full", "bounced", ["full-mailboxes"]),
        ("blocked", "failed", []),
        ("refused", "failed", []),
        ("unfit", "failed", []),
        ("complained", "complained", ["suppressions"]),
        ("delayed", None, []),
        ("delivered", None, []),
    ],
)
def test_a_report_is_told_once(says: Any, outcome: str | None, others: list[str]) -> None:
    """To whoever hears the senders; a person is suppressed only by what is theirs."""
    fed = Fed(returns())
    assert fed.feed(HANDED) == []

    written = fed.feed(report(says))
    assert topics(written) == ([] if outcome is None else ["engagements"]) + others
    if outcome is not None:
        told = Engagement.loads(written[0].value or b"")
        assert (told.decision_id, told.person, told.outcome) == ("mia:1", "mia", outcome)
        assert told.campaign == "digest"
    assert fed.feed(report(says)) == []
    assert fed.feed(HANDED) == []
    assert fed.feed(report(says)) == []


def test_a_report_of_an_unknown_mail_changes_nothing() -> None:
    """Nobody is suppressed, and nothing is remembered."""
    fed = Fed(returns())

    assert fed.feed(report("suppress")) == []
    assert fed.replay.states() == {}
    assert fed.feed(HANDED) == []
    assert topics(fed.feed(report("suppress"))) == ["engagements", "suppressions"]


def test_the_death_of_an_address_that_it_was_forwarded_to_suppresses_nobody() -> None:
    """The report names another one; it is a bounce all the same."""
    fed = Fed(returns())
    fed.feed(HANDED)

    other = [address_hash("new@people.example")]
    assert topics(fed.feed(report("suppress", recipients=other))) == ["engagements"]
    (suppression,) = fed.feed(report("suppress", recipients=[*other, HASHED]))
    told = Suppression.loads(suppression.value or b"")
    assert (told.subject, told.reason) == (f"address:{HASHED}", "bounced")


def test_a_mail_that_a_person_had_sent_to_another_address_begins_anew() -> None:
    """What was said of the first hand-over was said of the other address."""
    fed = Fed(returns())
    fed.feed(HANDED)
    fed.feed(report("suppress"))
    fed.feed(HANDED.model_copy(update={"mail": "mia:1#2", "address": address_hash("b@c.example")}))

    written = fed.feed(report("suppress"))
    assert topics(written) == ["engagements", "suppressions"]
    assert Suppression.loads(written[1].value or b"").subject == f"address:{address_hash('b@c.example')}"


def full(mail: str) -> FullMailbox:
    """A mail that came back from a full mailbox."""
    return FullMailbox(mail=mail, at=from_epoch_ms(AT))


def test_a_mailbox_is_suppressed_when_it_was_full_three_times_in_a_fortnight() -> None:
    """Once is nothing, one mail counts once, and what is older does not count."""
    fed, day = Fed(full_mailboxes()), 86_400_000
    assert fed.feed(full("mia:1"), HASHED) == []
    assert fed.feed(full("mia:1"), HASHED, AT + day) == []
    assert fed.feed(full("mia:2"), HASHED, AT + 7 * day) == []
    assert fed.feed(full("mia:3"), HASHED, AT + WINDOW_MS + 1) == []

    (suppression,) = fed.feed(full("mia:4"), HASHED, AT + WINDOW_MS + 2)
    told = Suppression.loads(suppression.value or b"")
    assert (suppression.topic, told.subject, told.reason) == ("suppressions", f"address:{HASHED}", "bounced")
    assert fed.replay.states() == {}


def test_the_third_time_on_the_last_day_counts() -> None:
    """A fortnight, its ends included."""
    fed = Fed(full_mailboxes())
    for number, at in enumerate((AT, AT + 1)):
        assert fed.feed(full(f"mia:{number}"), HASHED, at) == []
    assert topics(fed.feed(full("mia:9"), HASHED, AT + WINDOW_MS)) == ["suppressions"]
