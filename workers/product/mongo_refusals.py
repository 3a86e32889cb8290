"""The line for what MongoDB may refuse to any command, and the codes of refusals. Pure."""

from collections.abc import Mapping
from typing import Any

UNAUTHORIZED = {13: "Unauthorized", 8000: "AtlasError"}
NOT_AUTHENTICATED = {11: "UserNotFound", 18: "AuthenticationFailed", 334: "MechanismUnavailable"}
VIEW = 166


def refusal(code: int | None, text: str) -> str | None:
    """The line for what may be refused to any command, None for anything else."""
    if code in NOT_AUTHENTICATED:
        return (
            f"MongoDB does not accept the user in its URL ({text.rstrip('.')}): check user, password and "
            "authSource in MONGO_URL or MONGO_URLS"
        )
    return None


def said(details: Mapping[str, Any] | None, otherwise: str) -> str:
    """What the server itself says of an error, in one line, without the rest of its reply."""
    text = str((details or {}).get("errmsg") or otherwise)
    return " ".join(text.partition(", full error:")[0].split())[:300]
