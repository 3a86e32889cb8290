"""Names of fields and collections for comparisons: folded, and as the words they are made of. Pure."""

import re
import unicodedata
from functools import lru_cache

from workers.product.field_rules import OWN_ID

WORD = re.compile(r"[A-Z]?[^\W_A-Z]+|[A-Z]+")
MOST_WORDS = 8  # of a name, that are compared


@lru_cache(4_096)
def fold(name: str) -> str:
    """A name for comparisons: `User ID`, `userId` and `user_id` are one; `_id` is not `id`."""
    if name == OWN_ID:
        return name
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", name).casefold()))


def words_of(name: str) -> list[str]:
    """The first words of a name (`Billing Email`, `userAge`, `order_items`), folded."""
    return [fold(word) for word in WORD.findall(name)][:MOST_WORDS]


def parts_of(name: str) -> list[str]:
    """The words of a name and their sequences, folded, the longest first."""
    words = words_of(name)
    spans = [(start, end) for start in range(len(words)) for end in range(start + 1, len(words) + 1)]
    spans.sort(key=lambda span: span[0] - span[1])
    return ["".join(words[start:end]) for start, end in spans]


def singular(word: str) -> str:
    """An English noun without its plural's ending, roughly: `vacancies`, `purchases`, `people`."""
    if word == "people":
        return "person"
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word
