"""Refusals as problem details (RFC 9457). Pure."""

from http import HTTPStatus

from pydantic import ValidationError
from starlette.responses import Response

from workers.serve.programs.models import ProblemDetails
from workers.serve.tracking.refusal import RequestRefused

MEDIA_TYPE = "application/problem+json"


def problem_response(refused: RequestRefused) -> Response:
    """The answer to a request that is refused."""
    detail = str(refused).removeprefix(f"{refused.field}: ") if refused.field else str(refused)
    problem = ProblemDetails(
        title=HTTPStatus(refused.status).phrase, status=refused.status, detail=detail, field=refused.field
    )
    headers = {} if refused.retry_seconds is None else {"Retry-After": str(int(refused.retry_seconds) + 1)}
    if refused.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    body = problem.model_dump_json(exclude_none=True)
    return Response(body, refused.status, headers, media_type=MEDIA_TYPE)


def first_problem(error: ValidationError, *before: str | int) -> RequestRefused:
    """The refusal (422) of a body that is not as its model, by the first error; `before` is its place."""
    first = error.errors(include_url=False, include_input=False)[0]
    field = ".".join(map(str, (*before, *first["loc"])))
    return RequestRefused(422, str(first["msg"]).removeprefix("Value error, "), field or None)
