"""The rows of the catalogue for what is learned from mails; `topics.catalog` has all of them."""

from schemas.learning import MailSignal, VariationOutcome, VariationScore
from topics.row import OUTSIDE, Topic, compacted, deleted_after

LEARNED = (
    Topic(
        "mail-signals",
        (MailSignal,),
        "decision",
        deleted_after(100),
        ("learn", "route"),
        ("learn",),
        "everything that happens to a mail, in one order",
    ),
    Topic(
        "variation-outcomes",
        (VariationOutcome,),
        "segment and variation",
        deleted_after(100),
        ("learn",),
        ("learn", OUTSIDE),
        "how each mail ended, with the choice of its variation",
    ),
    Topic(
        "variation-scores",
        (VariationScore,),
        "segment and variation",
        compacted(),
        ("learn",),
        ("mail",),
        "which way of writing works",
    ),
)
