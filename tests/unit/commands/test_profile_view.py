"""The page of `kairos profile`."""

import io

from rich.console import Console, RenderableType

from schemas.model import from_epoch_ms
from schemas.profile import EnrichedProfile
from tests.world import ms
from workers.commands import profile_view as view
from workers.serve.changes import Totals

NOW = from_epoch_ms(ms("2024-02-10T12:00:00"))


def text(page: RenderableType, width: int = 120) -> str:
    """A page as plain text, without the spaces at the ends of its lines."""
    console = Console(file=io.StringIO(), width=width, highlight=False)
    console.print(page)
    assert isinstance(console.file, io.StringIO)
    return "\n".join(line.rstrip() for line in console.file.getvalue().splitlines())


def test_every_field_of_a_profile_is_in_one_section() -> None:
    """Once; a field without a section of its own would stand under "Other"."""
    shown = [field for _, fields in view.sections() for field in fields]

    assert sorted([*shown, *view.NOT_IN_A_SECTION]) == sorted(EnrichedProfile.model_fields)


def test_a_profile_page_has_the_head_the_summary_and_every_field() -> None:
    """Name, id and time, the summary, then the fields; an unknown one is a dash."""
    profile = EnrichedProfile.model_validate(
        EnrichedProfile.EXAMPLES[0]
        | {
            "interests": ["hiking", "[bold]odd"],
            "event_history": [{"name": "Wine", "date": "2024-01-15", "venue": "The Vault"}, {"name": "Tea"}],
            "is_on_team": True,
            "affinities": {"event_type": [{"name": "tea", "weight": 0.831}, {"name": "wine", "weight": 0.5}]},
            "data_quality": {
                "missing": ["age", "gender"],
                "malformed": [
                    {"document": "orders/1", "field": "date", "problem": "malformed", "reason": "no date"}
                ],
            },
        }
    )

    lines = text(view.profile_page(profile)).splitlines()

    assert lines[0] == "Sarah Chen  user_001, as of 2024-02-10 00:00 UTC"
    assert lines[2] == profile.summary
    fields = [" ".join(line.split()) for line in lines]
    assert "interests hiking, [bold]odd" in fields
    assert fields[fields.index("event history Wine, 2024-01-15, The Vault") + 1] == "Tea"
    assert "is on team yes" in fields
    assert "affinities event type: tea 0.83, wine 0.50" in fields
    assert fields[fields.index("data quality missing: age, gender") + 1] == "orders/1: date: no date"
    assert "is first time user yes" in fields
    assert "occupation –" in fields


def test_a_profile_without_a_name_has_a_title() -> None:
    """It is `somebody without a name`."""
    profile = EnrichedProfile(id="u9", as_of=NOW)

    assert text(view.profile_page(profile)).startswith("somebody without a name  u9, as of")


def test_an_unknown_person_gets_a_hint() -> None:
    """An empty read model and a wrong id have different hints."""
    empty = view.unknown("u9", "profile", Totals(0, {}, {}))
    full = view.unknown("u9", "decision", Totals(200, {"send": 3}, {}))

    assert empty.startswith(
        "the read model has no profile of u9; it is empty: does `kairos worker serve` run"
    )
    assert full == (
        "the read model has no decision of u9; it holds 200 people; ids are those of your users, as text"
    )
