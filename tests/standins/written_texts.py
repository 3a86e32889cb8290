"""What the stand-in for OpenAI writes: sentences of the bank, in the form that is asked for."""

import json
from typing import Any

from tests.standins.openai import Reply, completed
from workers.writing.bank import BANK, chosen
from workers.writing.texts import PersonalText, SectionText

LANGUAGES = {"English": "en", "Japanese": "ja"}


def written(asked: dict[str, Any]) -> Reply:
    """A good answer to a request for the texts of a mail."""
    return completed(json.dumps(texts_for(asked), ensure_ascii=False))


def texts_for(asked: dict[str, Any]) -> dict[str, Any]:
    """The texts that are asked for, in the language that is named."""
    facts, form = json.loads(asked["input"]), asked["text"]["format"]["name"]
    words = BANK[LANGUAGES[facts["language"]]]
    if form == "introduction":
        known = frozenset(token.strip("{}") for token in facts["tokens"])
        return {name: chosen(words[name], known, name) for name in PersonalText._fields}
    return {
        kind: {name: texts[name][0] for name in SectionText._fields}
        for kind, texts in words["sections"].items()
    }
