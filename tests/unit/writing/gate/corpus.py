"""The texts and values of tests/corpus, one a line of JSON."""

import json
from pathlib import Path
from typing import Any

from workers.writing.gate.texts import TextRule

CORPUS = Path(__file__).parents[3] / "corpus"
# what the texts of the corpus may name, unless a line says otherwise
TOKENS = frozenset(
    ["count", "name", "date"]
    + [f"job.{number}.{field}" for number in (1, 2, 3) for field in ("title", "company")]
)
TERMS = frozenset(["Python", "B2B", "C++17", "SQL", "React", "TypeScript", "Node.js"])


def lines(name: str) -> list[dict[str, Any]]:
    """The lines of a file of the corpus."""
    return [json.loads(line) for line in (CORPUS / name).read_text("utf-8").splitlines()]


def rule_of(line: dict[str, Any]) -> TextRule:
    """The rule that a text of the corpus stands under."""
    return TextRule(line["part"], line["language"], TOKENS, frozenset(line.get("required", ())), TERMS)


def introduction(language: Any) -> TextRule:
    """The rule of an introduction with the tokens and terms of the corpus."""
    return TextRule("introduction", language, TOKENS, frozenset(), TERMS)
