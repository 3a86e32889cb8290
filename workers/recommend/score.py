"""The score of jobs for one person: points of each part, the same for a job whatever else is on the board.

content = text + place + trend + fresh − language − work style − salary − rejected − fatigue, 0 to 90;
score = content + boost, the boost at most 10. Text adds up what each trace says, weight · likeness, so that a
trace never lowers a job that has nothing in common with it, and a rejection never raises one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from workers.recommend.board import Board
from workers.recommend.columns import Floats, Rows
from workers.recommend.interests import Interests
from workers.recommend.policy import DAY_MS, FeedPolicy
from workers.recommend.seeker import Showing
from workers.recommend.work_styles import STYLES

MOST_PLACES = 20  # of a person, the heaviest ones
MOST_CONTENT = 90.0  # of the points of all parts but the boost
PASSED_OVER = 2.0  # showings without a reaction after which 63 % of the fatigue's points are taken off
Parts = dict[str, Floats]


@dataclass(frozen=True)
class Ranking:
    """What the parts of a score are computed from, and tables that are made once for all of them."""

    board: Board
    interests: Interests
    policy: FeedPolicy
    now: int
    shown: Mapping[str, Showing]

    @cached_property
    def near(self) -> Floats:
        """How near each place of the board (column) is to each of the person (row), 0 to 1."""
        places, here = self.board.places, self.interests.places
        found = [places.likeness(where, self.policy.place) for where, _, _ in here]
        return np.array(found, np.float32).reshape(len(here), len(places.values))

    @cached_property
    def places(self) -> Floats:
        """`place_points`, made once."""
        return place_points(self)

    @cached_property
    def styles(self) -> Floats:
        """`style_points`, made once."""
        return style_points(self)


def plain_parts(of: Ranking, rows: "Rows | slice") -> Parts:
    """All parts but those of texts and neighbours, in points, for some rows."""
    columns = of.board.columns
    return {
        "place": of.places[columns.place[rows]],
        "trend": trend_points(of, rows),
        "fresh": _fresh_points(of, rows),
        "language": language_points(of, rows),
        "work_style": of.styles[columns.styles[rows]],
        "salary": _salary_points(of, rows),
    }


def place_points(of: Ranking) -> Floats:
    """The points of each place by its number, the last for none.

    At each level of nearness (city, region, country) the weights of the traces that are as near add up to a
    strength, 1 − e^(−weight / scale); the best level counts. So a region never counts as much as a city.
    """
    policy, places = of.policy.place, of.interests.places[:MOST_PLACES]
    best = np.zeros(len(of.board.places.values) + 1, np.float32)
    if not places:
        return best
    near = of.near[:MOST_PLACES]
    weights = np.array([weight for _, weight, _ in places], np.float32)
    for level in {1.0, policy.remote, policy.region, policy.country, policy.unknown}:
        strength = -np.expm1(-(weights @ (near >= np.float32(level))) / policy.scale)
        best[:-1] = np.maximum(best[:-1], level * strength)
    return np.asarray(of.policy.points.place * best, np.float32)


def trend_points(of: Ranking, rows: "Rows | slice") -> Floats:
    """What people want now: points · interest / (interest + scale)."""
    interest = of.board.interest(of.now, rows)
    return np.asarray(of.policy.points.trend * interest / (interest + of.policy.trend_scale), np.float32)


def _fresh_points(of: Ranking, rows: "Rows | slice") -> Floats:
    """What was posted lately: points · 2^(−age / half-life); none where it is not known when."""
    age = np.maximum(0, of.now - of.board.columns.posted_at[rows]).astype(np.float32)
    half_lives = age / (of.policy.fresh_half_life_days * DAY_MS)
    return np.asarray(of.policy.points.fresh * np.exp2(-half_lives), np.float32)


def language_points(of: Ranking, rows: "Rows | slice") -> Floats:
    """Taken off for languages that are not the person's."""
    languages = -of.policy.points.language * of.interests.languages
    return np.asarray(languages[of.board.columns.language[rows]], np.float32)


def style_points(of: Ranking) -> Floats:
    """The points of each mask of styles: taken off as far as liked jobs are worked in another way."""
    points = np.zeros(1 << len(STYLES), np.float32)
    whole = sum(weight for _, weight in of.interests.styles)
    if not whole:
        return points
    masks = np.arange(len(points))
    agreed = np.zeros(len(points), np.float32)
    for mask, weight in of.interests.styles:
        agreed += weight * ((masks & mask) != 0)
    points = -of.policy.points.work_style * (1 - agreed / whole) * whole / (whole + 0.5)
    points[0] = 0.0  # unknown is neutral
    return np.asarray(points, np.float32)


def _salary_points(of: Ranking, rows: "Rows | slice") -> Floats:
    """Taken off for less than is expected, all for half of it; unknown and other currencies are neutral."""
    columns = of.board.columns
    if of.interests.salary is None:
        return np.zeros(len(columns.currency[rows]), np.float32)
    currency, expected, sure = of.interests.salary
    lacking = np.clip(expected - columns.log_salary[rows], 0.0, 1.0) * (columns.currency[rows] == currency)
    return np.asarray(-of.policy.points.salary * sure * lacking, np.float32)


def by_row(points: Mapping[int, float], rows: Rows) -> Floats:
    """The points of some rows, 0 for those that are not in `points`."""
    if not points:
        return np.zeros(len(rows), np.float32)
    return np.array([points.get(row, 0.0) for row in rows.tolist()], np.float32)


def fatigue(of: Ranking) -> dict[int, float]:
    """The points of rows that the person was shown and passed over, less the longer ago."""
    half_life = of.policy.fatigue_half_life_days * DAY_MS
    points = {}
    for job_id, showing in of.shown.items():
        row = of.board.row(job_id)
        if row is not None:
            left = showing.times * 2.0 ** (-max(0, of.now - showing.at) / half_life)
            points[row] = float(of.policy.points.fatigue * np.expm1(-left / PASSED_OVER))
    return points


def content(parts: Mapping[str, Floats]) -> Floats:
    """The sum of the parts but the boost, 0 to 90."""
    added = sum(values for name, values in parts.items() if name != "boost")
    return bounded(np.asarray(added))


def bounded(added: Floats) -> Floats:
    """The content from the sum of its parts: 0 to MOST_CONTENT."""
    return np.asarray(np.clip(added, 0.0, MOST_CONTENT), np.float32)
