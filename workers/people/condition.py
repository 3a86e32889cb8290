"""Conditions on the fields of a profile, as the policy writes them: data, checked against its schema.

    {has = "resume"}
    {field = "number_of_events_attended", at_least = 1}
    {all = [{field = "activity_level", one_of = ["new", "active"]}, {not = {has = "last_contact_at"}}]}

A comparison with a field that has no value is neither true nor false: it is unknown, and so is what depends
on it (Kleene's logic). A condition is met only if it is true.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cache
from operator import ge, gt, le, lt
from types import UnionType
from typing import Annotated, Any, Literal, Self, Union, get_args, get_origin

from pydantic import Field, model_validator

from schemas.model import to_epoch_ms
from schemas.profile import EnrichedProfile
from workers.people.contact_policy import PolicyTable

DAY_MS = 86_400_000
Kind = Literal["number", "text", "flag", "time", "list", "other"]
Scalar = bool | int | float | str
# which comparisons a kind of field has
COMPARISONS: Mapping[str, tuple[Kind, ...]] = {
    "equals": ("number", "text", "flag"),
    "one_of": ("number", "text"),
    "at_least": ("number",),
    "at_most": ("number",),
    "above": ("number",),
    "below": ("number",),
    "contains": ("list", "text"),
    "within_days": ("time",),
}


class FieldCondition(PolicyTable):
    """One of `all`, `any`, `not`, `has`, or a `field` with one comparison; without any it is always true.

    `within_days`: the time is at most so many days ago; negative: at most so many days ahead.
    """

    all: "tuple[FieldCondition, ...] | None" = None
    any: "tuple[FieldCondition, ...] | None" = None
    not_: "FieldCondition | None" = Field(default=None, alias="not")
    has: str | None = None
    field: str | None = None
    equals: Scalar | None = None
    one_of: tuple[Scalar, ...] | None = None
    at_least: float | None = None
    at_most: float | None = None
    above: float | None = None
    below: float | None = None
    contains: str | None = None
    within_days: float | None = Field(default=None, ge=-36_500, le=36_500)

    @model_validator(mode="after")
    def _is_one_thing(self) -> Self:
        """Refuse none or several of the forms, an unknown field, a comparison that it does not have."""
        forms = [name for name in ("all", "any", "not_", "has", "field") if getattr(self, name) is not None]
        compared = [name for name in COMPARISONS if getattr(self, name) is not None]
        if len(forms) > 1 or (compared and forms != ["field"]) or (forms == ["field"] and len(compared) != 1):
            raise ValueError("a condition is one of all, any, not, has, or a field with one comparison")
        for name in filter(None, (self.has, self.field)):
            if name not in EnrichedProfile.model_fields:
                raise ValueError(f"a profile has no field {name!r}")
        if self.field is not None and kind_of(self.field) not in COMPARISONS[compared[0]]:
            fitting = [name for name, kinds in COMPARISONS.items() if kind_of(self.field) in kinds]
            possible = f"{', '.join(fitting)} are possible" if fitting else "only has is possible"
            raise ValueError(f"{compared[0]} does not fit {self.field}; {possible}")
        return self


@cache
def kind_of(name: str) -> Kind:
    """The kind of a field of the profile, by its type."""
    annotation = EnrichedProfile.model_fields[name].annotation
    types = get_args(annotation) if get_origin(annotation) in (UnionType, Union) else (annotation,)
    (first,) = [each for each in types if each is not type(None)][:1]
    first = get_args(first)[0] if get_origin(first) is Annotated else first
    if get_origin(first) is list:
        return "list" if get_args(first) == (str,) else "other"
    if get_origin(first) is Literal:
        return "text"
    if isinstance(first, type):
        for kind, kinds in (("flag", bool), ("number", (int, float)), ("text", str), ("time", date)):
            if issubclass(first, kinds):
                return kind  # type: ignore[return-value]
    return "other"


def is_met(condition: FieldCondition, fields: Mapping[str, Any], at: int) -> bool:
    """Whether a condition is true of the fields of a profile at a time (epoch milliseconds)."""
    return truth(condition, fields, at) is True


def truth(condition: FieldCondition, fields: Mapping[str, Any], at: int) -> bool | None:
    """Whether a condition is true of the fields of a profile; None if that is unknown."""
    if condition.all is not None:
        return _all([truth(each, fields, at) for each in condition.all])
    if condition.any is not None:
        opposite = _all([_not(truth(each, fields, at)) for each in condition.any])
        return _not(opposite)
    if condition.not_ is not None:
        return _not(truth(condition.not_, fields, at))
    if condition.has is not None:
        return has_value(fields.get(condition.has))
    if condition.field is not None:
        value = fields.get(condition.field)
        return None if value is None else _compared(condition, value, at)
    return True


def has_value(value: Any) -> bool:
    """Whether a field has a value: not None, empty, or 0, as the readiness of a profile counts it."""
    return bool(value)


def _all(values: Sequence[bool | None]) -> bool | None:
    if False in values:
        return False
    return None if None in values else True


def _not(value: bool | None) -> bool | None:
    return None if value is None else not value


def _compared(condition: FieldCondition, value: Any, at: int) -> bool:
    if condition.equals is not None:
        is_alike = isinstance(value, bool) == isinstance(condition.equals, bool)  # True is no number here
        return bool(is_alike and value == condition.equals)
    if condition.one_of is not None:
        return value in condition.one_of
    if condition.contains is not None:
        return condition.contains.casefold() in _folded(value)
    if condition.within_days is not None:
        return _is_within(condition.within_days, epoch_ms_of(value), at)
    tests = ((condition.at_least, ge), (condition.at_most, le), (condition.above, gt), (condition.below, lt))
    return all(test(value, threshold) for threshold, test in tests if threshold is not None)


def _folded(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else [each.casefold() for each in value]


def _is_within(days: float, moment: int, at: int) -> bool:
    first, last = sorted((at - int(days * DAY_MS), at))
    return first <= moment <= last


def epoch_ms_of(value: date) -> int:
    """The moment (epoch ms) of a time, or of the midnight in UTC of a day."""
    moment = (
        value if isinstance(value, datetime) else datetime(value.year, value.month, value.day, tzinfo=UTC)
    )
    return to_epoch_ms(moment)


def fields_of(condition: FieldCondition) -> Iterable[str]:
    """The fields of the profile that a condition reads."""
    yield from filter(None, (condition.has, condition.field))
    for part in (*(condition.all or ()), *(condition.any or ()), *filter(None, (condition.not_,))):
        yield from fields_of(part)


def next_flip(condition: FieldCondition, fields: Mapping[str, Any], at: int) -> int | None:
    """When time alone next changes a `within_days` of a condition after `at` (epoch ms); None if never."""
    times: list[int] = []
    if condition.within_days is not None and (value := fields.get(condition.field or "")) is not None:
        moment = epoch_ms_of(value)
        times += [moment, moment + 1, moment + int(condition.within_days * DAY_MS)]
        times.append(times[-1] + 1)
    for part in (*(condition.all or ()), *(condition.any or ()), *filter(None, (condition.not_,))):
        times += filter(None, (next_flip(part, fields, at),))
    return min((each for each in times if each > at), default=None)
