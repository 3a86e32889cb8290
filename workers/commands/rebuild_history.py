"""Does `people` still know when it wrote to whom? Nothing else does, and it would write to them again."""

from collections.abc import Mapping
from typing import NamedTuple

from schemas.decision import SendDecision
from schemas.mail import Email
from schemas.model import to_epoch_ms
from workers.commands.rebuild_states import ChangelogReader, Stored, decoded
from workers.people.policy import Policy
from workers.people.stage import stage
from workers.people.state import Contact
from workers.runtime.kafka.reader import Reader

CHANGELOG = "people-people-changelog"
PEOPLE = stage(Policy())


class Mail(NamedTuple):
    """The last mail to a person: the number of its slot, and by when it was decided upon (epoch ms)."""

    number: int
    at: int


class Loss(NamedTuple):
    """Of so many people, such as this one, `people` has forgotten mails."""

    people: int
    example: str


def lost(reader: Reader, partition: int) -> Loss | None:
    """Who of a partition was written to and is not known for it; None: nobody."""
    mails, states = decided(reader, partition), Stored()
    changelog = ChangelogReader(reader, CHANGELOG, partition)
    for _ in range(2):  # a decision is written before its state
        states |= changelog.read()
        forgotten = [person for person, mail in mails.items() if not knows(contact(states.get(person)), mail)]
        if not forgotten:
            return None
    return Loss(len(forgotten), min(forgotten).decode())


def decided(reader: Reader, partition: int) -> Mapping[bytes, Mail]:
    """The last mail that was decided upon or written, by person, as far as the topics remember."""
    found: dict[bytes, Mail] = {}
    for raw in reader.read("send-decisions", [partition]):
        decision = None if raw.value is None else SendDecision.loads(raw.value)
        if raw.key is not None and decision is not None and decision.slot is not None:
            keep(found, raw.key, Mail(decision.slot, to_epoch_ms(decision.decided_at)))
    for raw in reader.read("emails", [partition]):
        email = None if raw.value is None else Email.loads(raw.value)
        number = "" if email is None else email.decision_id.rpartition(":")[2]
        if raw.key is not None and email is not None and number.isdecimal():
            keep(found, raw.key, Mail(int(number), to_epoch_ms(email.written_at)))
    return found


def keep(found: dict[bytes, Mail], person: bytes, mail: Mail) -> None:
    """Keep the mail with the highest number, and of that the earliest time."""
    found[person] = min(mail, found.get(person, mail), key=lambda one: (-one.number, one.at))


def contact(stored: bytes | None) -> Contact:
    """What a state knows of the mails to its person; nothing without a state."""
    return Contact() if stored is None else decoded(PEOPLE, stored).stored.contact


def knows(contact: Contact, mail: Mail) -> bool:
    """Whether a mail was taken into account; a slot of its number that is younger is another mail's."""
    slot = contact.slot
    again = slot is not None and slot.number == mail.number and slot.decided_at > mail.at
    return contact.number >= mail.number and not again
