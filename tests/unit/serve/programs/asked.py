"""The routes for programs, with a writer that stands in for Kafka and a read model in memory."""

from typing import Any

from redis.exceptions import ConnectionError
from starlette.testclient import TestClient

from schemas.decision import SendDecision
from schemas.mail import Engagement
from schemas.profile import EnrichedProfile
from tests.unit.serve.tracking.site import PRODUCTION, WriterInMemory
from workers.people.batch.enrich import judged_users
from workers.people.policy import Policy
from workers.runtime.process.redis_connection import connect
from workers.runtime.process.settings import load
from workers.serve.programs.mails import mail_generator
from workers.serve.programs.models import EnrichRequest, ProblemDetails
from workers.serve.read_model import ReadModel
from workers.serve.requests import address_limit
from workers.serve.web import application, program_routes

TOKEN = "t" * 40
TOKENS = PRODUCTION | {"KAIROS_API_TOKENS": f"crm:{TOKEN},etl:{'u' * 40}"}
HEADERS = {"authorization": f"Bearer {TOKEN}"}
SENT = {"decision_id": "mia:1", "outcome": "sent"}
JSON = {"content-type": "application/json"}


class ModelInMemory(ReadModel):
    """Profiles and decisions by person; `is_lost`: Redis does not answer."""

    def __init__(self) -> None:
        settings = load({})
        super().__init__(connect(settings, 0.1), settings)
        self.profiles: dict[str, EnrichedProfile] = {}
        self.decisions: dict[str, SendDecision] = {}
        self.is_lost = False

    def profile(self, id: str) -> EnrichedProfile | None:
        self._check()
        return self.profiles.get(id)

    def decision(self, id: str) -> SendDecision | None:
        self._check()
        return self.decisions.get(id)

    def _check(self) -> None:
        if self.is_lost:
            raise ConnectionError("Redis is lost")


def enrich(asked: EnrichRequest) -> list[dict[str, Any]]:
    """As the worker does it."""
    documents = (asked.users, asked.orders, asked.events, asked.messages)
    return judged_users(documents, asked.as_of, Policy())


class Asked:
    """The application, what is in its read model, and what it wrote."""

    def __init__(self, **environment: str) -> None:
        self.settings = load(environment)
        self.writer, self.model = WriterInMemory(self.settings), ModelInMemory()
        addresses = address_limit(self.settings)
        mails = mail_generator(self.settings)
        routes = program_routes(self.settings, self.model, self.writer, addresses, enrich, mails)
        self.client = TestClient(application(self.settings, routes, (self.writer.keep_connected,)))

    def reports(self) -> list[Engagement]:
        """What was written."""
        return [Engagement.loads(record.value or b"") for record in self.writer.records]


def problem_of(answer: Any) -> tuple[int, str | None, str]:
    """Status, field and detail of a problem."""
    assert answer.headers["content-type"] == "application/problem+json"
    problem = ProblemDetails.model_validate(answer.json())
    assert (problem.status, problem.type) == (answer.status_code, "about:blank")
    assert problem.title
    return problem.status, problem.field, problem.detail
