"""Where a job is, and where a person is: a place from a text, in Japanese or English.

What is not known stays unknown. A short text without a name that is known here is a place of its own, which
is alike only to itself (a quarter, a small town).
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from workers.recommend.place_gazetteer import ENGLISH, JAPANESE, STATE_CODES, Named
from workers.recommend.policy import PlaceLikeness
from workers.recommend.words import folded

MOST_LETTERS = 40  # of a name that is not known
STATE_CODE = re.compile(r"(?:^|[,\s(])([A-Z]{2})(?=$|[\s,)]|\s*\d{5})")
REMOTE = re.compile(
    r"\bremote\b|\bwork from home\b|\bwfh\b|\btelecommut\w+|\banywhere\b"
    r"|(?:フル)?(?:リモート|在宅|テレワーク)(?:勤務|ワーク|可)?"
)
NOT_REMOTE = re.compile(
    r"\b(?:no|not|non|partly|partial|occasional)[\s-]+remote\b|\bhybrid\b|ハイブリッド"
    r"|(?:リモート|在宅|テレワーク)(?:勤務|ワーク)?(?:不可|なし|無し)|(?:一部|週\d日?)(?:リモート|在宅|テレワーク)"
)
NO_NAME = re.compile(
    r"^(?:n/?a|none|null|unknown|various|multiple locations?|tbd|tba|other|-+"
    r"|未定|不明|各地|全国|その他|なし|応相談)$"
)
NOISE = re.compile(r"\(.*?\)|〒?\d{3}-\d{4}|\d+")


@dataclass(frozen=True, slots=True)
class Place:
    """A city, region (prefecture, state) and country, each None if not known; remote: from anywhere."""

    city: str | None = None
    region: str | None = None
    country: str | None = None
    remote: bool = False

    @property
    def is_known(self) -> bool:
        """Whether anything of it is known beside that it is remote."""
        return self.city is not None or self.region is not None or self.country is not None


NOWHERE = Place()


@lru_cache(maxsize=50_000)
def place(text: str | None) -> Place:
    """The place that a text names; with several cities, the first."""
    if not text or not text.strip():
        return NOWHERE
    plain = folded(text)
    remote = bool(REMOTE.search(plain)) and not NOT_REMOTE.search(plain)
    named = [*_names(JAPANESE, plain), *_names(ENGLISH, re.sub(r"[-_/]", " ", plain))]
    state = next((STATE_CODES[code] for code in STATE_CODE.findall(text) if code in STATE_CODES), None)
    found = _together(named, state)
    if found is None:
        return Place(_unknown_name(plain), None, None, remote)
    if found.city is None and state is not None and not named:
        found = Named(_unknown_name(plain.rsplit(",", 1)[0]) if "," in plain else None, *found[1:])
    return Place(found.city, found.region, found.country, remote)


def _names(pattern: "tuple[re.Pattern[str], dict[str, tuple[Named, ...]]]", text: str) -> list[Named]:
    """Everything that a text names, in its order; a name that stands for several places gives all of them."""
    regex, meanings = pattern
    return [each for found in regex.finditer(text) for each in meanings[found.group(1)]]


def _together(named: list[Named], state: Named | None) -> Named | None:
    """One place of all that a text names: the first city that its regions and countries allow."""
    wide = [each for each in named if each.city is None]
    if state is not None:
        wide.insert(0, state)
    regions = {each.region for each in wide if each.region}
    countries = {each.country for each in wide if each.country and each.region is None}
    for each in named:
        if each.city is None:
            continue
        in_region = each.region in regions if regions else not each.is_ambiguous
        if in_region and (not countries or each.country in countries):
            return each
    whole = [each for each in wide if each.region] or wide
    return whole[0] if whole else None


def _unknown_name(text: str) -> str | None:
    """A short text as the name of a place; None for a sentence, a number or a word that says nothing."""
    name = " ".join(REMOTE.sub(" ", NOISE.sub(" ", text)).replace(",", " ").split())
    if len(name) < 2 or len(name) > MOST_LETTERS or NO_NAME.match(name):
        return None
    return name


def likeness_of_places(here: Place, job: Place, likeness: PlaceLikeness) -> float:
    """How near a job is to a place of the person, 0 to 1; both may be remote."""
    if job.remote and here.remote:
        return 1.0
    near = likeness.unknown
    if here.is_known and job.is_known:
        near = _nearness(here, job, likeness)
    elif not here.is_known:
        near = 0.0
    return max(near, likeness.remote) if job.remote else near


def _nearness(here: Place, job: Place, likeness: PlaceLikeness) -> float:
    """The same city, else the same region, else the same country; an unknown region may be the same."""
    is_one_region = here.region == job.region
    if (
        here.city is not None
        and here.city == job.city
        and (is_one_region or None in (here.region, job.region))
    ):
        return 1.0
    if here.region is not None and is_one_region:
        return likeness.region
    if here.country is not None and here.country == job.country:
        return likeness.country
    return 0.0
