"""What `route` remembers: of a document what it last said, of an address who owns it and who was there."""

import msgspec

from schemas.model import Version


class EmittedRef(msgspec.Struct, array_like=True, frozen=True, order=True):
    """One thing said: where to, under which id, and a digest of what. Retracting it needs no more."""

    topic: str
    key: str
    id: str
    digest: bytes


class DocumentState(msgspec.Struct, array_like=True):
    """The version of a document, its content (None: deleted) and what was said of it.

    The content is kept so that everything can be said again; the digests, so that a change of the code
    can still take back what an older one said.
    """

    version: Version
    content: bytes | None = None
    said: list[EmittedRef] = []


class StoredClaim(msgspec.Struct, array_like=True, frozen=True):
    """A claim to the address (`held` false: given up): when the user was created, when it was made."""

    version: Version
    created_at: int | None
    held: bool
    at: int = 0


class StoredSighting(msgspec.Struct, array_like=True, frozen=True):
    """A sighting of the address: the attendance as JSON (None: taken back), its change, the event's date."""

    version: Version
    at: int
    value: bytes | None
    date: int | None = None


class AddressState(msgspec.Struct, array_like=True):
    """The claims to an address, by person, and the sightings of it, by fact id; see workers/route/bounds.py.

    `last_version` is the version of the last thing said: it only grows, so that a fact that comes back to a
    person is newer than its own retraction.
    """

    last_version: Version = (0, 0)
    claims: dict[str, StoredClaim] = {}
    sightings: dict[str, StoredSighting] = {}
    address: str = ""
