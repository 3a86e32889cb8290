"""The parameters of the generated worlds and the seeds of the table, frozen before any ranking was tuned.

Each property of behaviour has its own parameter, and is switched off by the value in brackets. The defaults
are set to the figures of a real job board (tests/unit/evaluate/test_generator.py has them).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

TUNING_SEEDS = (1, 2, 3)
TABLE_SEEDS = (101, 102, 103, 104, 105)
START_MS = 1_767_571_200_000  # 2026-01-05T00:00:00Z


@dataclass(frozen=True)
class WorldParameters:
    """One world. Weights are in units of utility, the exponent of the choice; shares are from 0 to 1."""

    name: str
    days: int = 120
    people: int = 3_450
    open_jobs: int = 2_800  # in the mean, half of which nobody ever views
    # what people want [0]
    text_weight: float = 0.7  # occupation, pay, hours: what a text can tell
    latent_weight: float = 0.7  # what no text tells
    place_weight: float = 1.0
    attraction: float = 0.5  # deviation of a job's appeal to everybody
    campaigns: float = 0.01  # share of jobs that are advertised elsewhere
    campaign_appeal: float = 4.5
    latent_dims: int = 4
    # how much a text tells [0]
    generic_titles: float = 0.1
    typos: float = 0.05
    missing_tags: float = 0.3
    # lists: their shares, and how far down people look
    newest: float = 0.3
    popular: float = 0.1
    keyword: float = 0.4
    browse: float = 0.2
    city_scope: float = 0.78
    region_scope: float = 0.19  # the rest is everywhere
    list_length: int = 40
    position_exponent: float = 1.0  # [0]
    no_click: float = 3.0  # utility of clicking nothing in a list
    popular_days: float = 7.0
    # supply
    lifetime_median_days: float = 21.0
    lifetime_deviation: float = 0.6
    lifetime_days: tuple[float, float] = (3.0, 60.0)
    filled_by_application: float = 0.2  # [0]
    # people's activity
    one_session: float = 0.86
    session_success: float = 0.45  # of the geometric distribution of a session's views
    long_session_success: float = 0.14
    long_sessions: float = 0.12
    gap_median_days: float = 0.7
    gap_deviation: float = 2.8
    leave_after_application: float = 0.3  # [0]
    # acts
    repeats: float = 0.4  # of the views of people who have an undecided job [0]
    deciding_correlation: float = 0.7  # of the taste that decides with the one that browses [1]
    applied: float = 0.062
    saved: float = 0.025
    dismissed: float = 0.148
    forgotten_tabs: float = 0.055  # [0]
    # change
    drift_per_day: float = 0.05  # [0]
    career_changes: float = 0.1  # [0]
    # languages
    japanese_jobs: float = 0.5
    bilingual: float = 0.2
    # profiles
    profiles: float = 0.26
    profile_places: float = 0.85  # of the profiles


HALF = WorldParameters(name="half")
WORLDS: Mapping[str, WorldParameters] = {
    "text": replace(HALF, name="text", text_weight=1.0, latent_weight=0.0),
    "latent": replace(HALF, name="latent", text_weight=0.0, latent_weight=1.0, keyword=0.0, browse=0.6),
    "half": HALF,
    "popularity": replace(
        HALF,
        name="popularity",
        text_weight=0.0,
        latent_weight=0.0,
        place_weight=0.0,
        attraction=1.6,
        newest=0.2,
        popular=0.8,
        keyword=0.0,
        browse=0.0,
        city_scope=0.0,
        region_scope=0.0,
    ),
}
