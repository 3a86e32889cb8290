"""The states of `route`: what a document last emitted; who claims an address, and where it was seen.

The structs are stored as arrays, so the order of their fields is the stored format. Their names are not.
"""

import msgspec

from schemas.model import Version
from workers.product.changes.position import LogPosition


class EmittedRef(msgspec.Struct, array_like=True, frozen=True, order=True):
    """An emitted record: topic, key and id, enough to retract it; and a digest of its value."""

    topic: str
    key: str
    id: str
    digest: bytes

    def target(self) -> tuple[str, str, str]:
        """Topic, key and id: two records with the same target are values of the same thing."""
        return (self.topic, self.key, self.id)


class DocumentState(msgspec.Struct, array_like=True):
    """The version of a document, its content (None: deleted) and what it emitted.

    `version` is that under which it last emitted: it only grows, whatever origin the records come from.
    `source` is the version of the last record itself, None where it is the same (see versions.py).
    `id_kind` is the type of the document's own id, and empty when unknown. `changed_at` is the time (epoch
    milliseconds) of the record since which the content is what it is, `resume_at` since which a user has the
    résumé of the content; None in states of older versions. `position` is that of the last change of
    Debezium.

    The content is stored so that everything can be emitted again. The references are stored so that a newer
    version of the code can retract what an older one emitted.
    """

    version: Version
    content: bytes | None = None
    emitted: list[EmittedRef] = []
    source: Version | None = None
    id_kind: str = ""
    changed_at: int | None = None
    resume_at: int | None = None
    position: LogPosition | None = None


class StoredClaim(msgspec.Struct, array_like=True, frozen=True):
    """A user's claim to the address (`active` False: retracted); times are epoch milliseconds.

    `created_at` is when the user was created, `at` when the claim was made or retracted.
    """

    version: Version
    created_at: int | None
    active: bool
    at: int = 0


class StoredSighting(msgspec.Struct, array_like=True, frozen=True):
    """The address on the list of one event; times are epoch milliseconds.

    `value` is the attendance as JSON (None: retracted), `at` when it changed, `date` the date of the event.
    """

    version: Version
    at: int
    value: bytes | None
    date: int | None = None


class StoredPermission(msgspec.Struct, array_like=True, frozen=True):
    """A suppression or consent of whoever has the address.

    `value` is what was said as JSON (None: retracted), `at` when it was said, in epoch milliseconds.
    """

    version: Version
    at: int
    value: bytes | None


class AddressState(msgspec.Struct, array_like=True):
    """The claims to an address, by person, and its sightings, by fact id; see workers/route/bounds.py.

    Under the hash of an address there are claims and `permissions`, by fact id, and no sightings.

    `last_version` is the version of the last emitted fact. It only grows, so that a fact that a person gets
    a second time is newer than its retraction in between.
    """

    last_version: Version = (0, 0)
    claims: dict[str, StoredClaim] = {}
    sightings: dict[str, StoredSighting] = {}
    address: str = ""
    permissions: dict[str, StoredPermission] = {}
