"""Where serve answers HTTP, whom it believes, and how much it takes. The fields belong to `Settings`."""

import re
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr

DEVELOPMENT_KEY = {"development": "the secret of development that everybody knows"}
LEAST_SECRET = 32  # characters of a secret in production
KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,32}")
PUBLIC_URL = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+(/[A-Za-z0-9._~/-]*)?")
ORIGIN = re.compile(r"\*|https?://[A-Za-z0-9.-]+(:\d{1,5})?")


def is_address(text: str) -> str:
    """A check that this is an IP address, or localhost."""
    if text != "localhost":
        try:
            ip_address(text)
        except ValueError:
            raise ValueError("must be an IP address or localhost") from None
    return text


def is_loopback(address: str) -> bool:
    """Whether only programs of this machine can reach an address."""
    return address == "localhost" or ip_address(address).is_loopback


def are_origins(text: str) -> str:
    """A check of a list of origins, as browsers write them."""
    for origin in listed(text):
        if not ORIGIN.fullmatch(origin):
            raise ValueError("must be * or origins like https://jobs.example, behind commas, without a path")
    return text


def is_public_url(text: str) -> str:
    """A check of the address that people reach from outside; without the slash at its end."""
    if text and not PUBLIC_URL.fullmatch(text):
        raise ValueError("must be an address like https://kairos.example")
    return text.rstrip("/")


def are_secrets(secrets: SecretStr) -> SecretStr:
    """A check of KEY:SECRET pairs; it never tells them."""
    parse_secrets(secrets.get_secret_value())
    return secrets


def listed(text: str) -> list[str]:
    """The entries of a list with commas."""
    return [part.strip() for part in text.split(",") if part.strip()]


def limits_of(text: str) -> tuple[int, ...]:
    """The numbers of a list with commas; ValueError for anything else than whole numbers."""
    return tuple(int(part) for part in listed(text))


def are_limits(text: str) -> str:
    """A check of a list of daily limits."""
    if not all(part.isascii() and part.isdecimal() for part in listed(text)):
        raise ValueError("must be whole numbers behind commas, one a day, such as 500,2000; empty: no limit")
    return text


def parse_secrets(text: str) -> dict[str, str]:
    """The secrets of `KEY:SECRET,KEY:SECRET` by key, in their order; raises ValueError."""
    secrets: dict[str, str] = {}
    for part in listed(text):
        key, _, secret = part.partition(":")
        if not KEY_ID.fullmatch(key) or not secret or key in secrets:
            raise ValueError("must be KEY:SECRET, or several of them behind commas, each key once")
        secrets[key] = secret
    if not secrets:
        raise ValueError("must be KEY:SECRET")
    return secrets


class HttpSettings(BaseModel):
    """The settings of serve's HTTP. In the mode `development` a request may name a person without a token."""

    model_config = ConfigDict(frozen=True)

    kairos_mode: Literal["development", "production"] = "development"
    kairos_http_address: Annotated[str, AfterValidator(is_address)] = "127.0.0.1"
    kairos_http_port: int = Field(default=0, ge=0, le=65535)  # 0: any free one
    kairos_http_proxies: str = ""  # addresses whose X-Forwarded-For is believed
    kairos_allowed_origins: Annotated[str, AfterValidator(are_origins)] = ""
    kairos_token_secrets: Annotated[SecretStr, AfterValidator(are_secrets)] | None = None
    kairos_public_url: Annotated[str, AfterValidator(is_public_url)] = ""  # of links in mails; empty: none
    kairos_api_tokens: Annotated[SecretStr, AfterValidator(are_secrets)] | None = None
    kairos_token_hours: float = Field(default=24.0, gt=0)
    kairos_person_header: str = Field(default="", pattern=r"^[A-Za-z0-9-]*$")
    kairos_applied_by: Literal["browser", "server"] = "browser"
    kairos_person_per_minute: float = Field(default=30.0, gt=0)
    kairos_person_burst: int = Field(default=60, ge=1)
    kairos_job_views_per_minute: float = Field(default=60.0, gt=0)  # of one person and job
    kairos_feed_per_minute: float = Field(default=60.0, gt=0)
    kairos_feed_burst: int = Field(default=120, ge=1)
    kairos_feed_streams: int = Field(default=1_000, ge=0)
    kairos_address_per_minute: float = Field(default=600.0, gt=0)
    kairos_address_burst: int = Field(default=1_200, ge=1)
    kairos_data_centres: Path | None = None  # networks from which programs ask, a line each

    @property
    def is_production(self) -> bool:
        """Whether persons must be proved."""
        return self.kairos_mode == "production"

    @property
    def allowed_origins(self) -> list[str]:
        """The origins whose pages may read our answers; `*` for all."""
        return listed(self.kairos_allowed_origins)

    @property
    def token_secrets(self) -> dict[str, str]:
        """The secrets of tokens by key, the one that signs first."""
        if self.kairos_token_secrets is None:
            return DEVELOPMENT_KEY
        return parse_secrets(self.kairos_token_secrets.get_secret_value())

    @property
    def api_tokens(self) -> dict[str, str]:
        """The tokens of programs by the program's name; empty without any."""
        given = self.kairos_api_tokens
        return {} if given is None else parse_secrets(given.get_secret_value())

    @property
    def token_ms(self) -> int:
        """How long a token holds, in milliseconds."""
        return int(self.kairos_token_hours * 3_600_000)


def unsafe(settings: HttpSettings) -> Iterator[str]:
    """Why serve must not start with these settings, one text for each reason."""
    if not settings.is_production:
        if not is_loopback(settings.kairos_http_address):
            yield (
                "KAIROS_HTTP_ADDRESS: others can reach it, and in development anybody may speak for anybody;"
                " set KAIROS_MODE=production and KAIROS_TOKEN_SECRETS"
            )
        return
    if short := [name for name, token in settings.api_tokens.items() if len(token) < LEAST_SECRET]:
        yield f"KAIROS_API_TOKENS: {', '.join(short)} must have at least {LEAST_SECRET} characters"
    weak = [key for key, secret in settings.token_secrets.items() if len(secret) < LEAST_SECRET]
    if settings.kairos_token_secrets is None or set(DEVELOPMENT_KEY.values()) & set(
        settings.token_secrets.values()
    ):
        yield "KAIROS_TOKEN_SECRETS: must be given in production, such as k1:$(openssl rand -hex 32)"
    elif weak:
        yield f"KAIROS_TOKEN_SECRETS: {', '.join(weak)} must have at least {LEAST_SECRET} characters"
