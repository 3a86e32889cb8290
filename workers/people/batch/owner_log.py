"""Who owned each document of a batch, in 16 bytes each: enough to find those that changed their owner."""

from array import array

FILTER_BITS = 1 << 24  # of a million different ids 6 % are taken for repeated ones, which only costs time


class OwnerLog:
    """The hashes of ids and of owners (0 for none), in the order in which documents came.

    `bits` is the size of the filter that finds ids which may have come before, a power of 2 from 8 on.
    """

    def __init__(self, bits: int = FILTER_BITS) -> None:
        self._bits = bits
        self._ids = array("q")
        self._owners = array("q")
        self._seen = bytearray(bits // 8)
        self._repeated: set[int] = set()  # every id that came twice, and a few others

    def append(self, id_: str, owner: str | None) -> None:
        """Note the owner of a document; None if it has none."""
        hashed = hash(id_)
        place, bit = hashed % self._bits >> 3, 1 << (hashed & 7)
        if self._seen[place] & bit:
            self._repeated.add(hashed)
        else:
            self._seen[place] |= bit
        self._ids.append(hashed)
        self._owners.append(0 if owner is None else hash(owner))

    def former_owners(self) -> dict[int, set[int]]:
        """By the hash of an owner, the hashes of the ids that others, or nobody, owned later."""
        owners_of: dict[int, list[int]] = {}
        for id_, owner in zip(self._ids, self._owners, strict=True):
            if id_ in self._repeated:
                owners_of.setdefault(id_, []).append(owner)
        former: dict[int, set[int]] = {}
        for id_, owners in owners_of.items():
            for owner in {*owners[:-1]} - {owners[-1], 0}:
                former.setdefault(owner, set()).add(id_)
        return former
