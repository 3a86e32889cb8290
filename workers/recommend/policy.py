"""The policy of the feed: what each trace of a person weighs, from the table [jobs] of deploy/policy.toml."""

import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

DAY_MS = 86_400_000
TABLE = "jobs"  # of deploy/policy.toml; the rest of that file is the policy of people
P = TypeVar("P", bound=BaseModel)


class FeedPolicyError(ValueError):
    """A policy of what is recommended that cannot be used; the text names the file and every wrong key."""


class TraceWeights(BaseModel):
    """What each trace says of the person, as a weight of the text of that trace (résumé: 1)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    resume: float = Field(default=1.0, ge=0, le=10)
    applied: float = Field(default=0.5, ge=0, le=10)
    saved: float = Field(default=0.4, ge=0, le=10)
    rejected: float = Field(default=-0.3, ge=-10, le=0)
    viewed_least: float = Field(default=0.1, ge=0, le=10)
    viewed_most: float = Field(default=0.4, ge=0, le=10)
    viewed_seconds: float = Field(default=300.0, gt=0, le=86_400)  # a view of this length would weigh 1
    searched: float = Field(default=0.1, ge=0, le=10)
    behaviour_most: float = Field(default=2.0, ge=0, le=100)  # the sum of what is positive, × resume

    @model_validator(mode="after")
    def _views_are_in_order(self) -> "TraceWeights":
        if self.viewed_least > self.viewed_most:
            raise ValueError("viewed_least is more than viewed_most")
        return self


class PartPoints(BaseModel):
    """The most points of each part of a score. Those that add reach 90 together, the boost adds 10 more."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: float = Field(default=20.0, ge=0, le=90)
    place: float = Field(default=40.0, ge=0, le=90)
    trend: float = Field(default=20.0, ge=0, le=90)
    fresh: float = Field(default=10.0, ge=0, le=90)
    language: float = Field(default=15.0, ge=0, le=90)  # this and the rest are taken off
    work_style: float = Field(default=6.0, ge=0, le=90)
    salary: float = Field(default=10.0, ge=0, le=90)
    fatigue: float = Field(default=15.0, ge=0, le=90)

    @model_validator(mode="after")
    def _content_is_at_most_90(self) -> "PartPoints":
        if self.text + self.place + self.trend + self.fresh > 90:
            raise ValueError("text, place, trend and fresh are more than 90 together")
        return self


class PlaceLikeness(BaseModel):
    """How alike two places are, 0 to 1: the same city is 1."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    region: float = Field(default=0.6, ge=0, le=1)
    country: float = Field(default=0.1, ge=0, le=1)
    remote: float = Field(default=0.5, ge=0, le=1)  # a remote job, for whoever is somewhere
    unknown: float = Field(default=0.1, ge=0, le=1)  # a job of which it is not known where it is
    scale: float = Field(default=0.4, gt=0, le=10)  # weight of traces at a place that earns 63 % of it


class FeedPolicy(BaseModel):
    """The settings of the feed; deploy/policy.toml describes each."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    weights: TraceWeights = TraceWeights()
    points: PartPoints = PartPoints()
    place: PlaceLikeness = PlaceLikeness()
    window_days: float = Field(default=90.0, gt=0, le=3_650)
    half_life_days: float = Field(default=30.0, ge=0.01, le=3_650)  # of what a person did
    trend_half_life_days: float = Field(default=7.0, ge=0.01, le=3_650)  # of what people do with a job
    min_view_seconds: float = Field(default=3.0, ge=0, le=3_600)
    max_boost: float = Field(default=10.0, ge=0, le=10)
    boost_scale: float = Field(default=0.05, gt=0, le=100)  # c of boost = max_boost · x / (x + c)
    popularity_damping: float = Field(default=0.5, ge=0, le=1)  # α of the neighbours' counts
    shrinkage: float = Field(default=1.0, gt=0, le=1_000)  # s of the neighbours' counts
    trend_scale: float = Field(
        default=2.0, gt=0, le=1e6
    )  # decayed interest at which half of the points are given
    demand_scale: float = Field(
        default=10.0, gt=0, le=1e6
    )  # decayed acts at which a job has half of the points in the list by popularity
    fresh_half_life_days: float = Field(default=3.0, ge=0.01, le=3_650)
    exploration: float = Field(default=0.2, ge=0, le=1)
    fresh_share: float = Field(default=0.2, ge=0, le=1)  # of exploration: jobs that nobody was shown
    explored_from: int = Field(default=11, ge=2, le=10_000)  # ranks of the other pool, from 1
    explored_to: int = Field(default=200, ge=2, le=10_000)
    relevance: float = Field(default=0.85, ge=0, le=1)  # λ of MMR; 1 is no diversity
    left_out_share: float = Field(default=0.75, ge=0, le=1)  # of jobs, by what was rejected; 1: no bound
    of_one_company: int = Field(default=2, ge=1, le=10)  # in ten jobs in a row
    fatigue_half_life_days: float = Field(default=7.0, gt=0, le=3_650)
    personalized_share: float = Field(default=1.0, ge=0, le=1)
    experiment: str = Field(default="personalization", min_length=1, max_length=80)

    @model_validator(mode="after")
    def _ranks_are_in_order(self) -> "FeedPolicy":
        if self.explored_from > self.explored_to:
            raise ValueError("explored_from is more than explored_to")
        return self

    @property
    def trend_half_life(self) -> int:
        """The half-life of the trends and neighbours of jobs, in milliseconds."""
        return round(self.trend_half_life_days * DAY_MS)

    @property
    def window(self) -> int:
        """The window in milliseconds."""
        return round(self.window_days * DAY_MS)

    @cached_property
    def version(self) -> str:
        """12 hex digits of a hash of all settings."""
        return sha256(self.model_dump_json().encode()).hexdigest()[:12]


def load_feed_policy(path: Path) -> FeedPolicy:
    """The table [jobs] of a TOML file, defaults without one; FeedPolicyError if it cannot be used."""
    return policy_table(path, policy_content(path), TABLE, FeedPolicy)


def policy_content(path: Path) -> dict[str, Any]:
    """The content of a TOML file; FeedPolicyError if it cannot be read."""
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise FeedPolicyError(f"{path}: cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise FeedPolicyError(f"{path}: not TOML: {error}") from error


def policy_table(path: Path, content: Mapping[str, Any], table: str, model: type[P]) -> P:
    """A table of the content of a file, defaults without one; FeedPolicyError names every wrong key."""
    try:
        return model.model_validate(content.get(table, {}))
    except ValidationError as error:
        problems = (_problem(each, table, model) for each in error.errors())
        raise FeedPolicyError(f"{path}: {'; '.join(problems)}") from error


def _problem(error: Mapping[str, Any], table: str, model: type[BaseModel]) -> str:
    """A wrong entry in words: its key, and what is wrong."""
    key = ".".join([table, *map(str, error["loc"])])
    if error["type"] != "extra_forbidden":
        return f"{key}: {error['msg'].removeprefix('Value error, ')}"
    close = get_close_matches(str(error["loc"][-1]), known_keys(model), 1)
    return f"{key}: unknown key" + (f"; did you mean {close[0]}?" if close else "")


def known_keys(model: type[BaseModel]) -> list[str]:
    """The keys of a table, and of the tables in it."""
    inner = (field.annotation for field in model.model_fields.values())
    tables = (kind for kind in inner if isinstance(kind, type) and issubclass(kind, BaseModel))
    return [*model.model_fields, *(key for each in tables for key in known_keys(each))]
