"""Whether the states of `people` still hold every mail that was decided upon.

Nothing else holds them: `people` would send a second mail for each one that is missing.
"""

from collections.abc import Mapping
from typing import NamedTuple

from schemas.decision import SendDecision
from schemas.mail import Email
from schemas.model import to_epoch_ms
from workers.commands.rebuild_states import decoded
from workers.people.contact_state import Contact
from workers.people.policy import Policy
from workers.people.stage import stage
from workers.runtime.engine.changelog_reader import ChangelogReader, StoredStates
from workers.runtime.kafka.reader import Reader
from workers.runtime.kafka.records import ConsumerRecord
from workers.runtime.kafka.tolerant import read_each

CHANGELOG = "people-people-changelog"
PEOPLE = stage(Policy())


class LastMail(NamedTuple):
    """The last mail to a person: the number of its slot, and the earliest time known for it (epoch ms)."""

    slot: int
    at: int


class ForgottenMails(NamedTuple):
    """How many people have a mail that is not in their state, and the id of one of them."""

    people: int
    example: str


def forgotten_mails(reader: Reader, partition: int) -> ForgottenMails | None:
    """The people of a partition whose last mail is not in their state; None when there are none."""
    mails = last_mails(reader, partition)
    states: StoredStates = {}
    changelog = ChangelogReader(reader, CHANGELOG, partition)
    for _ in range(2):  # a decision is written before its state
        states |= changelog.read()
        forgotten = [
            person for person, mail in mails.items() if not includes(contact_of(states.get(person)), mail)
        ]
        if not forgotten:
            return None
    return ForgottenMails(len(forgotten), min(forgotten).decode())


def last_mails(reader: Reader, partition: int) -> Mapping[bytes, LastMail]:
    """The last mail that was decided upon or written, by person, as far as the topics go back."""
    mails: dict[bytes, LastMail] = {}
    for topic, mail_of in (("send-decisions", decided_mail), ("emails", written_mail)):
        for person, mail in read_each(topic, reader.read(topic, [partition]), mail_of):
            if person is not None and mail is not None:
                store_later(mails, person, mail)
    return mails


def decided_mail(record: ConsumerRecord) -> tuple[bytes | None, LastMail | None]:
    """Person and mail of a decision, None without one; raises for a record that is no decision."""
    decision = None if record.value is None else SendDecision.loads(record.value)
    if decision is None or decision.slot is None:
        return record.key, None
    return record.key, LastMail(decision.slot, to_epoch_ms(decision.decided_at))


def written_mail(record: ConsumerRecord) -> tuple[bytes | None, LastMail | None]:
    """Person and mail of a text, None without a slot; raises for a record that is no mail."""
    email = None if record.value is None else Email.loads(record.value)
    slot = "" if email is None else email.decision_id.rpartition(":")[2]
    if email is None or not (slot.isdecimal() and slot.isascii()):
        return record.key, None
    return record.key, LastMail(int(slot), to_epoch_ms(email.written_at))


def store_later(mails: dict[bytes, LastMail], person: bytes, mail: LastMail) -> None:
    """Store the mail with the highest slot number, and of equal numbers the earliest time."""
    mails[person] = min(mail, mails.get(person, mail), key=lambda mail: (-mail.slot, mail.at))


def contact_of(stored: bytes | None) -> Contact:
    """The part of a person's state about mails to them; an empty one without a state."""
    return Contact() if stored is None else decoded(PEOPLE, stored).stored.contact


def includes(contact: Contact, mail: LastMail) -> bool:
    """Whether a state includes a mail; a slot of its number that was decided later is another mail's."""
    slot = contact.slot
    reassigned = slot is not None and slot.number == mail.slot and slot.decided_at > mail.at
    return contact.number >= mail.slot and not reassigned
