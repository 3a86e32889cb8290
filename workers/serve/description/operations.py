"""The routes of serve, one row each: what is sent, and what is answered. Pure."""

from typing import Literal, NamedTuple

from pydantic import BaseModel

from schemas.decision import SendDecision
from schemas.profile import EnrichedProfile
from workers.serve.description.site_models import (
    Accepted,
    FeedAnswer,
    JobPress,
    JobSearched,
    JobVisit,
    Readiness,
    Refusal,
    ResumeAccepted,
    ResumeGiven,
)
from workers.serve.programs.models import (
    EnrichAnswer,
    EnrichRequest,
    GeneratedEmail,
    GenerateEmailRequest,
    ProblemDetails,
    ReportedOutcome,
    ReportsAccepted,
)

Security = Literal["program", "provider", "person", "none"]
Body = type[BaseModel]


class Parameter(NamedTuple):
    """A parameter of a route, with its JSON Schema."""

    name: str
    place: Literal["path", "query"]
    schema: dict[str, object]
    words: str


class Operation(NamedTuple):
    """A route and method; `refusals` are statuses, which all have the same content.

    `answer` and `body` are models, or the media types of what no model describes. `also_list`: a list of
    bodies may be sent as well.
    """

    method: Literal["get", "post"]
    path: str
    words: str
    status: int
    answer: Body | str
    refusals: tuple[int, ...]
    security: Security
    body: Body | str | None = None
    parameters: tuple[Parameter, ...] = ()
    also_list: bool = False

    @property
    def refusal(self) -> Body | str:
        """The model of a refusal."""
        if self.security in {"program", "provider"}:
            return ProblemDetails
        return Refusal if self.security == "person" else "text/html"


TEXT: dict[str, object] = {"type": "string"}
TIME: dict[str, object] = {"type": "string", "format": "date-time"}
PERSON_ID = Parameter("id", "path", TEXT, "the id of the person, as the product has it")
AT = Parameter("at", "query", TIME, "the time that is asked for; now by default")
TOKEN = Parameter("token", "path", TEXT, "the signed token of a link")
SEEKER = (
    Parameter("person", "query", TEXT, "in development only, in place of a token"),
    Parameter("token", "query", TEXT, "in place of the header, for an EventSource"),
    Parameter("size", "query", {"type": "integer", "minimum": 1, "maximum": 50}, "how many jobs"),
    Parameter("language", "query", {"enum": ["en", "ja"]}, "of the reasons"),
    Parameter("personalization", "query", {"enum": ["on", "off"]}, "in place of the arm of the experiment"),
)
CURSOR = Parameter("cursor", "query", TEXT, "`next` of the page before")
PERSON = Parameter("person", "query", TEXT, "in development only, in place of a token")
SITE_REFUSALS = (400, 401, 403, 408, 413, 422, 429, 503)
OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "get", "/profiles/{id}", "What is known of a person, as of a time.", 200, EnrichedProfile,
        (401, 404, 422, 429, 503), "program", parameters=(PERSON_ID, AT),
    ),
    Operation(
        "get", "/decisions/{id}", "Whether to write to a person, to ask or to wait, and why.", 200,
        SendDecision, (401, 404, 422, 429, 503), "program", parameters=(PERSON_ID, AT),
    ),
    Operation(
        "post", "/enrich", "Profiles and decisions of documents, of which nothing is kept.", 200,
        EnrichAnswer, (400, 401, 408, 413, 415, 422, 429, 503), "program", EnrichRequest,
    ),
    Operation(
        "post", "/generate-email", "A mail of six sections of jobs for a reader.", 200, GeneratedEmail,
        (400, 401, 408, 413, 415, 422, 429, 503), "program", GenerateEmailRequest,
    ),
    Operation(
        "post", "/engagements", "What became of mails that somebody else sends.", 202, ReportsAccepted,
        (400, 401, 408, 413, 415, 422, 429, 503), "program", ReportedOutcome, also_list=True,
    ),
    Operation(
        "post", "/jobs/api/track-view/", "A visit to a job's page, or its later total.", 202, Accepted,
        SITE_REFUSALS, "person", JobVisit,
    ),
    Operation(
        "post", "/jobs/api/track-preference/", "A press of a button, or taking it back.", 202, Accepted,
        SITE_REFUSALS, "person", JobPress,
    ),
    Operation(
        "post", "/jobs/api/track-search/", "A search on the site.", 202, Accepted, SITE_REFUSALS, "person",
        JobSearched,
    ),
    Operation(
        "post", "/jobs/api/resume/", "A résumé; the body may also be the PDF or the text itself.", 202,
        ResumeAccepted, SITE_REFUSALS, "person", ResumeGiven, (PERSON,),
    ),
    Operation(
        "get", "/jobs/api/feed/", "Jobs for a person, best first.", 200, FeedAnswer,
        (401, 403, 422, 429, 503), "person", parameters=(*SEEKER, CURSOR),
    ),
    Operation(
        "get", "/jobs/api/feed/stream/", "The first page, and again whenever the profile changes.", 200,
        "text/event-stream", (401, 403, 422, 429, 503), "person", parameters=SEEKER,
    ),
    Operation(
        "get", "/answer/{token}", "The question of a mail.", 200, "text/html", (403, 410, 429), "none",
        parameters=(TOKEN,),
    ),
    Operation(
        "post", "/answer/{token}", "The answer, as a form; then the thanks.", 303, "text/html",
        (403, 409, 410, 413, 422, 429, 503), "none", parameters=(TOKEN,),
    ),
    Operation(
        "get", "/unsubscribe/{token}", "A button; nothing changes by looking.", 200, "text/html", (403, 429),
        "none", parameters=(TOKEN,),
    ),
    Operation(
        "post", "/unsubscribe/{token}", "Unsubscribes at once (RFC 8058).", 200, "text/html", (403, 503),
        "none", parameters=(TOKEN,),
    ),
    Operation(
        "get", "/l/{token}", "To the page of the job or event of a link in a mail.", 302,
        "text/html", (404, 410), "none", parameters=(TOKEN,),
    ),
    Operation(
        "post", "/mail-returns", "A raw bounce or complaint, or a provider's events in JSON.", 202,
        ReportsAccepted, (400, 401, 408, 413, 429, 503), "provider", "message/rfc822",
    ),
    Operation("get", "/healthz", "Whether requests can be answered.", 200, Readiness, (503,), "none"),
)  # fmt: skip
