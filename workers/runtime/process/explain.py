"""An error as one line, without the values that it was about."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

TEXT = 500  # characters


def explain(error: Exception) -> str:
    """One line on an error; for a schema's refusal every field and what is wrong, without its value."""
    try:
        if isinstance(error, ValidationError):
            problems = error.errors(include_url=False, include_input=False, include_context=False)
            text = "; ".join(
                f"{'.'.join(map(str, item['loc'])) or 'record'}: {_problem(item)}" for item in problems
            )
        else:
            text = f"{type(error).__name__}: {error}"
    except Exception:  # an error whose own text fails
        text = type(error).__name__
    return text[:TEXT]


def _problem(item: Mapping[str, Any]) -> str:
    """What is wrong with a field; pydantic repeats the value of a tag, so that one gets another text."""
    return "is of no known kind" if item["type"] == "union_tag_invalid" else str(item["msg"])
