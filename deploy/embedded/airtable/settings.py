"""The settings of the stand-in: given at its start as JSON, and changed while it runs. Pure."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

TableFault = Literal[
    "rate_limit", "server_error", "bad_gateway", "unavailable", "timeout", "reset", "iterator_gone"
]
Scope = Literal["data.records:read", "data.records:write", "schema.bases:read", "webhook:manage"]
NonNegative = Annotated[float, Meta(ge=0)]
Positive = Annotated[int, Meta(ge=1)]
SCOPES: tuple[Scope, ...] = (
    "data.records:read",
    "data.records:write",
    "schema.bases:read",
    "webhook:manage",
)


class TableSettings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How the stand-in behaves; the defaults are those of Airtable.

    After more than `requests_per_second` to one base all its requests are refused for `penalty_seconds`.
    `options` are those of single selects, by field; a field that is not named takes any.
    `expired` is what becomes of a webhook that is not refreshed in time: it is disabled, or gone. `faults`
    has the share of the requests that fail in each way, `next_faults` what happens to the very next ones.
    """

    token: str | None = None  # the only one that is accepted; None: any
    scopes: tuple[Scope, ...] = SCOPES
    requests_per_second: Positive = 5
    penalty_seconds: NonNegative = 30.0
    answer_seconds: NonNegative = 0.05
    webhook_seconds: NonNegative = 604_800.0  # the life of a webhook, and of a payload
    expired: Literal["disabled", "gone"] = "disabled"
    most_webhooks: Positive = 10  # of a base
    page_records: Positive = 100  # the most in one answer
    page_payloads: Positive = 50
    options: dict[str, tuple[str, ...]] = {}
    faults: dict[TableFault, Annotated[float, Meta(ge=0, le=1)]] = msgspec.field(default_factory=dict)
    next_faults: tuple[TableFault, ...] = ()
    hang_seconds: NonNegative = 600.0  # of a request that times out
    seed: int = 0  # of the faults
