"""The words of the generated worlds: occupations in families, and places, in English and Japanese."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
LANGUAGES = ("en", "ja")


@dataclass(frozen=True)
class Occupation:
    """A group of titles that mean the same; `titles` and `words` by language (LANGUAGES)."""

    name: str
    family: int
    titles: tuple[tuple[str, ...], tuple[str, ...]]
    words: tuple[tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True)
class WorldCity:
    """A city or ward: the number of its region, and its name and its region's by language (LANGUAGES)."""

    region: int
    names: tuple[str, str]
    region_names: tuple[str, str]


@cache
def occupations() -> tuple[Occupation, ...]:
    """All occupations; those of one family stand together."""
    families = tomllib.loads((HERE / "occupations.toml").read_text("utf-8"))
    return tuple(
        Occupation(
            name,
            number,
            (tuple(group["en"]), tuple(group["ja"])),
            (tuple(group["en_words"]), tuple(group["ja_words"])),
        )
        for number, groups in enumerate(families.values())
        for name, group in groups.items()
    )


@cache
def cities() -> tuple[WorldCity, ...]:
    """All cities, region by region, the larger ones of each first."""
    regions = tomllib.loads((HERE / "places.toml").read_text("utf-8"))["regions"]
    return tuple(
        WorldCity(number, (city[0], city[1]), (region["en"], region["ja"]))
        for number, region in enumerate(regions)
        for city in region["cities"]
    )
