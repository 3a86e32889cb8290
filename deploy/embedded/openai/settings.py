"""The settings of the stand-in: given at its start as JSON, and changed while it runs. Pure."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

StatusFault = Literal["rate_limit", "insufficient_quota", "server_error", "unavailable", "bad_gateway"]
WireFault = Literal["timeout", "reset", "cut_json"]
AnswerFault = Literal["refusal", "truncated", "empty", "wrong_schema", "failed"]
FaultKind = StatusFault | WireFault | AnswerFault
Share = Annotated[float, Meta(ge=0, le=1)]
Seconds = Annotated[float, Meta(ge=0, le=86_400)]
Count = Annotated[int, Meta(ge=1)]


class DelayedText(Struct, frozen=True, forbid_unknown_fields=True):
    """Requests that hold `text` take so many `seconds` longer."""

    text: Annotated[str, Meta(min_length=1)]
    seconds: Seconds


class ApiSettings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How the stand-in behaves; the defaults are about those of gpt-5-nano for a new account.

    `faults` has the share of the requests that fail in each way, `next_faults` what happens to the very next
    ones. A batch changes its status every `batch_seconds`, and works `batch_line_seconds` on each line.
    """

    key: str | None = None  # the only one that is accepted; None: any
    requests_per_minute: Count = 500
    tokens_per_minute: Count = 200_000
    base_seconds: Seconds = 0.4
    token_seconds: Seconds = 0.005  # for each token of an answer
    delays: tuple[DelayedText, ...] = ()
    faults: dict[FaultKind, Share] = msgspec.field(default_factory=dict)
    next_faults: tuple[FaultKind, ...] = ()
    hang_seconds: Seconds = 600.0  # of a request that times out
    batch_seconds: Seconds = 0.5
    batch_line_seconds: Seconds = 0.0
    batch_life_seconds: Seconds = 86_400.0  # after which a batch expires
    seed: int = 0  # of the faults
