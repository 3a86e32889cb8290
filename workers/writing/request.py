"""What is asked of a model, in which form, and how urgently. Pure."""

from collections.abc import Mapping
from typing import Any, NamedTuple

OUTPUT_TOKENS = 4000  # reasoning counts too: with a small limit no tokens may be left for the text
CHARACTERS_A_TOKEN = 1.5  # of Japanese, the densest of both languages: an estimate that is rather too high


class Prompt(NamedTuple):
    """What a model is asked: instructions that are the same for every mail, and the JSON of one mail."""

    instructions: str
    facts: str

    @property
    def tokens(self) -> int:
        """About how many tokens it has."""
        return int((len(self.instructions) + len(self.facts)) / CHARACTERS_A_TOKEN)


class Form(NamedTuple):
    """The form of an answer: the name and the strict JSON schema of its structured output."""

    name: str
    schema: Mapping[str, Any]


class Urgency(NamedTuple):
    """How long a call may wait for its turn, in seconds, and which of several goes first (10: the first)."""

    longest_wait: float = 30.0
    priority: int = 5


SOON = Urgency()
