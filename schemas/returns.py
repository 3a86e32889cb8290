"""What comes back of a mail after it was handed over, and what has to be known to say of which mail it is."""

from typing import Literal

from schemas.model import Model, Moment
from schemas.permissions import address_hash

# what harms least comes first
ReturnKind = Literal[
    "delivered",  # it has arrived, or went on to a list
    "delayed",  # it is still being tried
    "bounced",  # it came back, and nobody knows that there is nobody
    "full",  # the mailbox is full
    "refused",  # not this mail from us
    "blocked",  # they do not want us
    "unfit",  # our message is wrong
    "suppress",  # nobody is there
    "complained",  # the reader says that it is spam
]


class HandedOver(Model):
    """A mail is being handed over; written before the mail server hears of it.

    The key of the record is that of the mail's reference, `address` the hash of the one that it goes to.
    """

    kind: Literal["handed-over"] = "handed-over"
    mail: str
    decision_id: str
    person: str
    address: str
    campaign: str | None = None
    at: Moment

    EXAMPLES = (
        {
            "kind": "handed-over",
            "mail": "user_001:1",
            "decision_id": "user_001:1",
            "person": "user_001",
            "address": address_hash("sarah.chen@email.com"),
            "at": "2024-02-10T00:00:02Z",
        },
    )


class MailReturn(Model):
    """A report of a mail system about a mail, which the key of the record names.

    `recipients` are the hashes of the addresses that it is about, as far as it says; `detail` has its status
    and its words, without addresses.
    """

    kind: Literal["returned"] = "returned"
    says: ReturnKind
    detail: str = ""
    recipients: list[str] = []
    source: Literal["mailbox", "webhook"]
    at: Moment

    EXAMPLES = (
        {
            "kind": "returned",
            "says": "suppress",
            "detail": "5.1.1 550 5.1.1 user unknown",
            "recipients": [address_hash("sarah.chen@email.com")],
            "source": "mailbox",
            "at": "2024-02-10T00:05:00Z",
        },
    )


class FullMailbox(Model):
    """A mail came back because a mailbox is full; the key of the record is the hash of its address."""

    mail: str
    at: Moment

    EXAMPLES = ({"mail": "user_001:1", "at": "2024-02-10T00:05:00Z"},)
