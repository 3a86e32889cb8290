"""The rows of the catalogue for what comes back of mails; `topics.catalog` has all of them."""

from schemas.returns import FullMailbox, HandedOver, MailReturn
from topics.row import Topic, deleted_after

RETURNED = (
    Topic(
        "mail-returns",
        (HandedOver, MailReturn),
        "mail's reference",
        deleted_after(30),
        ("deliver", "serve"),
        ("deliver",),
        "which mails were handed over, and which came back",
    ),
    Topic(
        "full-mailboxes",
        (FullMailbox,),
        "address's hash",
        deleted_after(30),
        ("deliver",),
        ("deliver",),
        "mails that came back from full mailboxes",
    ),
)
