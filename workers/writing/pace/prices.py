"""What a call to a language model costs, and what its model can be asked for; the table is prices.toml."""

import re
import tomllib
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

MILLION = 1_000_000
BATCH_DIVISOR = 2  # by which the Batch API is cheaper
VERSION = re.compile(r"-(latest|[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{4})$")


@dataclass(frozen=True)
class ModelPrice:
    """A model's prices in micro-dollars per million tokens, and its parameters.

    `effort` is the lowest reasoning effort that it accepts; None when none may be sent. `verbosity` says
    whether `text.verbosity` may be sent. `known` is False for the stand-in of a model that has no row.
    """

    model: str
    input: int
    cached: int
    output: int
    effort: str | None = None
    verbosity: bool = False
    known: bool = True


def price_of(model: str) -> ModelPrice:
    """The row of a model's name, with or without a date behind it; the dearest prices for an unknown one."""
    rows = price_table()
    row = rows.get(model) or rows.get(VERSION.sub("", model))
    if row is not None:
        return row
    dearest = max(rows.values(), key=lambda each: (each.output, each.input))
    return replace(dearest, model=model, effort=None, verbosity=False, known=False)


def cost(model: str, input_tokens: int, cached_tokens: int, output_tokens: int) -> int:
    """Micro-dollars of a call, rounded up; `cached_tokens` are a part of `input_tokens`, as in `usage`."""
    return -(-_total(model, input_tokens, cached_tokens, output_tokens) // MILLION)


def batch_cost(model: str, input_tokens: int, cached_tokens: int, output_tokens: int) -> int:
    """Micro-dollars of a line of a batch, rounded up: half of what the same call costs."""
    return -(-_total(model, input_tokens, cached_tokens, output_tokens) // (BATCH_DIVISOR * MILLION))


def _total(model: str, input_tokens: int, cached_tokens: int, output_tokens: int) -> int:
    """Millionths of micro-dollars of a call."""
    price = price_of(model)
    cached = min(cached_tokens, input_tokens)
    return (input_tokens - cached) * price.input + cached * price.cached + output_tokens * price.output


@cache
def price_table() -> dict[str, ModelPrice]:
    """All rows, by the name of their model."""
    text = files(__package__).joinpath("prices.toml").read_text("utf-8")
    return {model: ModelPrice(model, **row) for model, row in tomllib.loads(text).items()}
