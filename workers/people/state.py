"""The state of a person, as compact structs. All times are epoch milliseconds.

The structs are stored as arrays, so the order of their fields is the stored format: fields are never
reordered or removed, and a new field goes to the end and has a default. A change of what an existing field
means needs a new FORMAT in state_formats.py and a function there that reads the old one. None of the structs
can be part of a reference cycle, so the garbage collector does not track them.

To add a field of the user document to the profile:

1. schemas/documents.py: the field in `User`.
2. workers/product/reading/fields.py: only if the type of the field has no reader there, or needs its own.
3. `StoredUser` below: the field under the same name, as the last one, with a default.
4. schemas/profile/model.py: the field under the same name in `EnrichedProfile`, with a default. A field from
   which only other fields are computed is named in `NOT_IN_PROFILE` in profile/build.py instead.
5. `python -m topics.snapshot` writes the new JSON Schemas.

Facts, the conversion to `StoredUser` and the profile take their fields from there. States that were stored
before have the default until the user document changes or `kairos rebuild people` has run.
"""

from datetime import date as Day

import msgspec

from schemas.decision import RuleName, Verdict
from schemas.model import Version
from workers.people.contact_state import Contact, Permissions, StoredAnswer
from workers.people.job_state import EvictedJobs, StoredJobInteraction, StoredNote

EvictionOrder = tuple[int, str]  # date (UNDATED without one) and key: the smallest is evicted first


class StoredUser(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """The user document. The fields have the names of `schemas.documents.User`.

    `resume_at` is since when the document has this résumé; None when that is unknown, or there is none.
    `mail_consent_at` is None when it is not known when the person agreed or refused.
    """

    version: Version
    email: str | None
    name: str | None
    interests: list[str]
    cuisine_preference: list[str]
    dietary_restrictions: list[str]
    age: int | None
    gender: str | None
    occupation: str | None
    relationship_status: str | None
    table_type_preference: str | None
    home_neighborhood: str | None
    work_neighborhood: str | None
    language: str | None
    is_team_member: bool | None
    birth_date: Day | None = None
    role: str | None = None
    time_zone: str | None = None
    notes: tuple[StoredNote, ...] = ()
    resume: str | None = None
    resume_at: int | None = None
    mail_consent: bool | None = None
    mail_consent_at: int | None = None


class StoredResume(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """The résumé that the person gave the job site, and when."""

    version: Version
    at: int
    text: str


class StoredOrder(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """An order; `at` is its date, `shift` see `day_of` in profile/days.py."""

    version: Version
    at: int | None = None
    amount: float | None = None
    notes: tuple[StoredNote, ...] = ()
    shift: int | None = 0


class StoredAttendance(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """The person is a participant of an event.

    `companions` are the digests of the other participants, in the order of the list (see companions.py);
    `names` are the names given for them, each with its index in the list. `event_id` is None when it is the
    event in the key. `shift` is that of `date`, see `day_of` in profile/days.py.
    """

    version: Version
    name: str | None
    date: int | None
    venue: str | None
    host: str | None
    event_type: str | None
    cuisine: tuple[str, ...]
    neighborhood: str | None
    companions: bytes
    names: tuple[tuple[int, str], ...]
    event_id: str | None = None
    notes: tuple[StoredNote, ...] = ()
    shift: int | None = 0


class StoredMessage(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """A message of the product: queued, or sent at some time, or neither.

    `decision` is what it names as the decision of which it is the record.
    """

    version: Version
    queued: bool
    sent_at: int | None
    notes: tuple[StoredNote, ...] = ()
    shift: int | None = 0
    decision: str | None = None


class ClaimedAddress(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """An address in the person's user document that another user claimed, too; `owns`: it is the person's."""

    version: Version
    owns: bool


class Evicted(msgspec.Struct, array_like=True, gc=False):
    """Counts and sums of the items that were evicted because a bound was reached (see bounds.py).

    `evicted_up_to` has, by kind, the eviction order of the last item that was evicted. An item at or before
    it is not stored again.
    """

    events: int = 0
    first_event: int | None = None
    orders: int = 0
    amounts: int = 0
    amount: float = 0.0
    sent: int = 0
    queued: int = 0
    evicted_up_to: dict[str, EvictionOrder] = {}
    first_event_shift: int | None = 0


class LastDecision(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """The decision that was emitted last.

    `until` is the end of a wait that it named, `look_at` when the person is decided on again without that.
    """

    id: str
    verdict: Verdict
    reason: RuleName | None
    until: int | None
    look_at: int | None = None
    campaign: str = ""


class StoredPerson(msgspec.Struct, array_like=True, gc=False):
    """All that is stored of a person.

    Facts are stored under their ids without the prefix that all of a kind share (see keys.py), attendances by
    address, then event. `repeat_companions` has the addresses of those met at two events or more, sorted.
    `retracted` has the versions of retractions by fact id. `as_of` is the time of the latest change. `due` is
    the time at which to decide next, None when nothing has changed since the last decision. Interactions with
    jobs are in job_state.py; what follows from those that were evicted is in `evicted_jobs`.
    `resume` is the person's own, beside that of the user document. `permissions` is None while nothing is
    known of them. `answers` has what the person answered to questions, by PERSON/FIELD. `unsaid`: the profile
    has changed while sources are read for the first time, and is said when the person is decided on.
    """

    id: str
    as_of: int = 0
    due: int | None = None
    user: StoredUser | None = None
    orders: dict[str, StoredOrder] = {}
    attendances: dict[str, dict[str, StoredAttendance]] = {}
    messages: dict[str, StoredMessage] = {}
    jobs: dict[str, StoredJobInteraction] = {}
    claims: dict[str, ClaimedAddress] = {}
    repeat_companions: list[str] = []
    retracted: dict[str, Version] = {}
    contact: Contact = msgspec.field(default_factory=Contact)
    last_decision: LastDecision | None = None
    evicted: Evicted | None = None
    evicted_jobs: EvictedJobs | None = None
    resume: StoredResume | None = None
    permissions: Permissions | None = None
    answers: dict[str, StoredAnswer] = {}
    unsaid: bool = False


class PersonState:
    """The state of the stage: what is stored of the person, and what the current round did to it.

    `profile_changed` (a new profile is to be emitted) and `user_deleted` (the user document was deleted) are
    not stored. They are right because the engine decodes a state from its bytes in every round in which it is
    touched, so that both are False when a round begins; `view` is called once at the end of the round. The
    contract of `Stage` does not promise this: an engine that carries decoded states from one round to the
    next would have to reset them. `change` is the next change of the profile after a time, where it is known.
    """

    __slots__ = ("change", "profile_changed", "stored", "user_deleted")

    def __init__(self, stored: StoredPerson) -> None:
        self.stored = stored
        self.profile_changed = False
        self.user_deleted = False
        self.change: tuple[int, int | None] | None = None
