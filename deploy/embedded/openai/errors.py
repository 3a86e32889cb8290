"""The errors of the API, as its clients see them. Pure."""

from collections.abc import Mapping

from deploy.embedded.openai.bodies import Json, error_body
from deploy.embedded.openai.settings import StatusFault

INVALID = "invalid_request_error"


class ApiError(Exception):
    """An answer that is an error: its status, body and headers."""

    def __init__(
        self,
        status: int,
        message: str,
        kind: str = INVALID,
        param: str | None = None,
        code: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status, self.headers = status, dict(headers or {})
        self.body: Json = error_body(message, kind, param, code)


def invalid(message: str, param: str | None = None, code: str | None = None) -> ApiError:
    """A request that cannot be understood or done."""
    return ApiError(400, message, INVALID, param, code)


def not_found(message: str, param: str | None = None, code: str | None = None) -> ApiError:
    """What is not there."""
    return ApiError(404, message, INVALID, param, code)


def rate_limited(what: str, seconds: float) -> ApiError:
    """Too much of `what` in a minute; the client may come again after `seconds`."""
    headers = {
        "retry-after": str(max(1, -int(-seconds // 1))),
        "retry-after-ms": str(int(seconds * 1000) + 1),
    }
    message = f"Rate limit reached for {what}. Please try again in {seconds:.3f}s."
    return ApiError(429, message, what, None, "rate_limit_exceeded", headers)


def status_fault(kind: StatusFault) -> ApiError:
    """The error of a fault that was asked for."""
    if kind == "rate_limit":
        return rate_limited("requests", 1.0)
    if kind == "insufficient_quota":
        message = "You exceeded your current quota, please check your plan and billing details."
        return ApiError(429, message, "insufficient_quota", None, "insufficient_quota")
    if kind == "server_error":
        message = "The server had an error while processing your request. Sorry about that!"
        return ApiError(500, message, "server_error")
    status = 502 if kind == "bad_gateway" else 503
    message = "The engine is currently overloaded, please try again later."
    return ApiError(status, message, "service_unavailable_error")
