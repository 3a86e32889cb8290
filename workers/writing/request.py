"""What is asked of a model, in which form, and how urgently. Pure."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from workers.writing.pace.prices import price_of

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
    """How long a call may wait for its turn, in seconds, and which of several goes first (10: the first).

    `is_hurried`: one does not wait longer for a text than answers usually take, least of all for one that
    somebody else has asked for; it is kept when it comes.
    """

    longest_wait: float = 30.0
    priority: int = 5
    is_hurried: bool = False


SOON = Urgency()
HURRIED = Urgency(is_hurried=True)


def request_body(model: str, prompt: Prompt, form: Form, largest: int = OUTPUT_TOKENS) -> dict[str, Any]:
    """The body of a request of the Responses API, for a call and for a line of a batch alike.

    `largest` is the most tokens of the answer, those of reasoning included.
    """
    shape = {"type": "json_schema", "name": form.name, "strict": True, "schema": form.schema}
    effort = price_of(model).effort
    return {
        "model": model,
        "instructions": prompt.instructions,
        "input": prompt.facts,
        "text": {"format": shape},
        "max_output_tokens": largest,
        "store": False,
        **({"reasoning": {"effort": effort}} if effort else {}),
    }
