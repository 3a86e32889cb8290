"""What of a document is not as it should be: what is counted, and what is refused. Pure.

A document that is used in part has notes and is counted by kind (`kairos_irregular_total`):

| kind | what happened |
|---|---|
| `older` | the record is ignored: a newer one of the same origin was read before |
| `origin-changed` | the record has another origin than the last one of its document |
| `ambiguous-id` | two documents may have the same id |
| `time-ahead`, `time-before-1900`, `time-of-1970` | a time in it was replaced or left out |
| `no-owner` | it names no user, so it is nobody's fact |
| `no-value` | a record without a value in a topic that holds no deletions |
| `bot` | what an automated browser did on the job site: nothing is learned from it |
| `unknown-job` | what was done with a job that was not on the board when it was told |
"""

from collections.abc import Iterable

from schemas.documents import JobPreference, JobView, Message, Order, User
from schemas.model import Version
from schemas.notes import Noted
from workers.product.reading.clock import is_bounded, is_none_of_1970
from workers.product.reading.dates import BEFORE_1900
from workers.route.bounds import MAX_FACT_BYTES, MAX_USER_BYTES
from workers.route.extractors import Emission
from workers.route.state import DocumentState
from workers.route.versions import has_other_origin
from workers.runtime.stage import Irregularity, Record, TooLarge

WHITE_SPACE = "has white space around it, and is read without; another document may have the same id"
NUMBER_TEXT = "is the text of a whole number with decimals, and is read without; another document may have it"
OTHER_KIND = "has another type than before; two documents (7 and “7”) may share it"
Owned = Order | Message | JobView | JobPreference


def has_other_kind(state: DocumentState, version: Version, kind: str) -> bool:
    """Whether a document has an id of another type than the one of the same origin under its key."""
    is_known = state.content is not None and not has_other_origin(state, version)
    # states of before have `object` alone for all compound ids
    is_same = state.id_kind.startswith(kind) or kind.startswith(state.id_kind)
    return is_known and not is_same


def irregularities(state: DocumentState | None, record: Record, document: Noted | None) -> list[Irregularity]:
    """What is counted of a record that counts."""
    kinds = []
    position = None if record.value is None else record.value.position
    if state is not None and has_other_origin(state, record.version, position):
        kinds.append("origin-changed")
    if document is not None:
        kinds += irregular_content(document)
    elif state is not None and OTHER_KIND.encode() in (state.content or b""):
        kinds.append("ambiguous-id")  # the other document may be there still
    return [Irregularity(kind) for kind in kinds]


def irregular_content(document: Noted) -> list[str]:
    """What is counted of the content of a document."""
    reasons = [note.reason for note in document.notes]
    kinds = {
        "ambiguous-id": any(reason in reasons for reason in (WHITE_SPACE, NUMBER_TEXT, OTHER_KIND)),
        "time-ahead": is_bounded(document),
        "time-before-1900": any(reason.endswith(BEFORE_1900) for reason in reasons),
        "time-of-1970": is_none_of_1970(document),
        "no-owner": isinstance(document, Owned) and document.user_id is None,
    }
    return [kind for kind, is_so in kinds.items() if is_so]


def check_sizes(size_of_document: int, emissions: Iterable[Emission]) -> None:
    """Raise TooLarge for a fact of a document that `people` could not store beside others (see bounds.py).

    `size_of_document` is in bytes of JSON; the facts of a smaller one need not be measured.
    """
    if size_of_document <= MAX_FACT_BYTES:
        return
    for topic, _, _, value in emissions:
        if isinstance(value, Message):
            value = value.model_copy(update={"content": None})
        size, limit = len(value.dumps()), MAX_USER_BYTES if isinstance(value, User) else MAX_FACT_BYTES
        if size > limit:
            raise TooLarge(f"a fact for the {topic} of {size} bytes, at most {limit} are allowed")
