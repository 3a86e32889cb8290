"""What a call costs, by its model's name."""

import pytest

from workers.writing.pace.prices import cost, price_of, price_table


@pytest.mark.parametrize(
    ("model", "row"),
    [
        ("gpt-5-nano", "gpt-5-nano"),
        ("gpt-5-nano-2025-08-07", "gpt-5-nano"),
        ("gpt-5.4-nano", "gpt-5.4-nano"),
        ("gpt-5-latest", "gpt-5"),
        ("gpt-4o-2024-11-20", "gpt-4o"),
    ],
)
def test_a_version_has_the_price_of_its_model(model: str, row: str) -> None:
    assert (price_of(model).model, price_of(model).known) == (row, True)


@pytest.mark.parametrize("model", ["gpt-5.9-nano", "gpt-5-nano-turbo", "gpt", "", "llama-3"])
def test_an_unknown_model_has_the_dearest_price_and_no_parameters(model: str) -> None:
    """A prefix of its name alone says nothing: gpt-5.9-nano is not a gpt-5."""
    price = price_of(model)
    dearest = max(row.output for row in price_table().values())

    assert (price.model, price.known, price.output) == (model, False, dearest)
    assert (price.effort, price.verbosity) == (None, False)
    assert all(price.input >= row.input and price.cached >= row.cached for row in price_table().values())


@pytest.mark.parametrize(
    ("tokens", "micro_dollars"),
    [
        ((1_000_000, 0, 0), 50_000),
        ((1_000_000, 1_000_000, 0), 5_000),
        ((0, 0, 1_000_000), 400_000),
        ((2_000, 1_000, 300), 175),
        ((1, 0, 0), 1),  # rounded up: many small calls are not free
        ((0, 0, 0), 0),
        ((100, 500, 0), 1),  # no more is cached than there is
    ],
)
def test_a_cost_counts_cached_tokens_as_a_part_of_the_input(
    tokens: tuple[int, int, int], micro_dollars: int
) -> None:
    assert cost("gpt-5-nano", *tokens) == micro_dollars


def test_efforts_differ_by_model() -> None:
    """What one of them takes another one refuses."""
    assert price_of("gpt-5-nano").effort == "minimal"
    assert price_of("gpt-5.4-nano").effort == "none"
    assert price_of("gpt-4.1").effort is None
    assert not price_of("gpt-4.1").verbosity


def test_every_row_is_whole() -> None:
    """Cached input is never dearer than other input, output never cheaper."""
    for row in price_table().values():
        assert 0 < row.cached <= row.input <= row.output
        assert row.effort in (None, "none", "minimal", "low", "medium", "high")
