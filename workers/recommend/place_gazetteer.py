"""The names of `place_names.toml` as patterns: which places each spelling may mean."""

import re
import tomllib
from pathlib import Path
from typing import NamedTuple

NAMES = tomllib.loads((Path(__file__).parent / "place_names.toml").read_text("utf-8"))


class Named(NamedTuple):
    """What a spelling means; an ambiguous one is meant only where the text names its region too."""

    city: str | None
    region: str | None
    country: str | None
    is_ambiguous: bool = False


Meanings = dict[str, tuple[Named, ...]]


def _items(text: str) -> list[str]:
    """The entries of a block: separated by bars and ends of lines."""
    return [item.strip() for line in text.splitlines() for item in line.split("|") if item.strip()]


def _prefectures(meanings: Meanings) -> None:
    for item in _items(NAMES["prefectures"]):
        name, kanji = item.split("=")
        region = Named(None, name, "JP")
        for spelling in (
            kanji,
            *(kanji + end for end in "都道府県"),
            name,
            f"{name} prefecture",
            f"{name} ken",
        ):
            meanings[spelling] = (region,)
    meanings["tokyo to"] = meanings["tokyo"]


def _wards(meanings: Meanings) -> None:
    for item in _items(NAMES["wards"]):
        name, spellings = item.split("=")
        for spelling in (name, *spellings.split(",")):
            ward = Named(name, "tokyo", "JP", spelling == name and name in NAMES["ambiguous"])
            if len(spelling) > 1 and spelling != "中央":
                _mean(meanings, spelling, ward)
        kanji = spellings.split(",")[0]
        for spelling in (f"{kanji}区", f"{name} ku", f"{name} ward", f"{name} city"):
            _mean(meanings, spelling, Named(name, "tokyo", "JP", name in NAMES["ambiguous"]))


def _cities(meanings: Meanings) -> None:
    for item in _items(NAMES["cities"]):
        region, cities = item.split(": ")
        for pair in cities.split(","):
            name, kanji = pair.split("=")
            city = NAMES["quarters"].get(name, name)
            plain = Named(city, region, "JP", name in NAMES["ambiguous"])
            for spelling in (kanji, name):
                if len(spelling) > 1:
                    _mean(meanings, spelling, plain)
            for spelling in (f"{kanji}市", f"{name} shi", f"{name} city"):
                _mean(meanings, spelling, Named(city, region, "JP"))


def _states(meanings: Meanings, codes: dict[str, Named]) -> None:
    for pair in NAMES["states"].split():
        name, code = pair.split("=")
        codes[code] = Named(None, code, "US")
        _mean(meanings, name.replace("_", " "), codes[code])
    for item in _items(NAMES["us_cities"]):
        code, cities = item.split(": ")
        for city in cities.split(","):
            _mean(meanings, city.replace("_", " "), Named(city.replace("_", " "), code, "US"))
    meanings["washington d.c."] = meanings["washington dc"]


def _world(meanings: Meanings) -> None:
    for item in _items(NAMES["world"]):
        country, cities = item.split(": ")
        for entry in cities.split(","):
            if "/" in entry:
                spelling, city, region = entry.split("/")
                _mean(meanings, spelling, Named(city.replace("_", " "), region, country))
                continue
            name, *others = entry.split("=")
            for spelling in (name.replace("_", " "), *others):
                _mean(meanings, spelling, Named(name.replace("_", " "), None, country))
    for item in _items(NAMES["countries"]):
        country, names = item.split("=")
        for spelling in names.split(","):
            _mean(meanings, spelling.replace("_", " "), Named(None, None, country))


def _mean(meanings: Meanings, spelling: str, named: Named) -> None:
    """Note that a spelling may mean a place, after what it means already."""
    if named not in meanings.get(spelling, ()):
        meanings[spelling] = (*meanings.get(spelling, ()), named)


def _pattern(meanings: Meanings, edge: str) -> "re.Pattern[str]":
    """A pattern that finds the longest spelling at each place."""
    longest_first = sorted(meanings, key=lambda spelling: (-len(spelling), spelling))
    return re.compile(f"{edge}({'|'.join(map(re.escape, longest_first))}){edge}")


STATE_CODES: dict[str, Named] = {}
_meanings: Meanings = {}
for _fill in (_prefectures, _wards, _cities, _world):
    _fill(_meanings)
_states(_meanings, STATE_CODES)
_japanese = {spelling: named for spelling, named in _meanings.items() if not spelling.isascii()}
_english = {spelling: named for spelling, named in _meanings.items() if spelling.isascii()}
JAPANESE = (_pattern(_japanese, ""), _japanese)
ENGLISH = (_pattern(_english, r"\b"), _english)
