"""Dietary restrictions: nothing that matters to health is lost, and nothing that is denied is stated."""

import pytest

from schemas.profile.summary.diets import needs_of
from tests.unit.schemas.profile.summary.profiles import of_ann


@pytest.mark.parametrize(
    "text",
    [
        "no restrictions except peanuts",
        "no allergies besides shellfish",
        "I eat everything but nuts",
        "何でも食べますがえびアレルギーです",
        "とくに卵のアレルギーが重い",
        "卵以外のアレルギーなし",
        "not vegetarian, but no pork",
        "i'm ok with anything but nuts",
        "no peanuts! allergy",
        f"I could tell you a lot about food, {'and then some, ' * 6}and I am allergic to shellfish",
    ],
)
def test_no_allergy_is_lost(text: str) -> None:
    """What is more than "none" is said, if need be in a quotation, as a whole."""
    assert [word.en for word in needs_of(text)] != []
    assert "shellfish" not in text or "shellfish" in " ".join(word.en for word in needs_of(text))


@pytest.mark.parametrize("text", ["no nut allergy", "not allergic to nuts, I think", "no problem with milk"])
def test_what_is_denied_is_not_stated(text: str) -> None:
    """It is quoted."""
    assert [word.en for word in needs_of(text)] == [f'"{text}"']


def test_food_that_makes_allergic_is_not_also_avoided() -> None:
    """Once is enough."""
    assert "Ann is allergic to eggs." in of_ann("en", {"dietary_restrictions": ["eggs", "egg allergy"]})
