"""The page under a link, with a writer that stands in for Kafka and a memory that stands in for Redis."""

from typing import Any, cast

from redis.exceptions import ConnectionError
from starlette.testclient import TestClient

from schemas.answers import Answer
from schemas.questions import AskedField
from tests.unit.serve.tracking.site import WriterInMemory
from workers.product.answer_links import AnswerToken, answer_tokens
from workers.runtime.process.clock import now_ms
from workers.runtime.process.settings import load
from workers.serve.answers.endpoints import TOPIC, Answers
from workers.serve.answers.given import GivenAnswers
from workers.serve.clicks.reports import ClickReports
from workers.serve.requests import address_limit
from workers.serve.web import application

NOW = now_ms()
LATER = NOW + 86_400_000


class Memory:
    """As much of Redis as is used; `is_lost`: it does not answer."""

    def __init__(self) -> None:
        self.values: dict[str, bytes] = {}
        self.is_lost = False

    def exists(self, name: str) -> int:
        self._check()
        return int(name in self.values)

    def set(self, name: str, value: bytes, nx: bool = False, **_times: int) -> bool | None:
        self._check()
        if nx and name in self.values:
            return None
        self.values[name] = value
        return True

    def delete(self, name: str) -> None:
        self._check()
        self.values.pop(name, None)

    def _check(self) -> None:
        if self.is_lost:
            raise ConnectionError("Redis is lost")


class Asking:
    """The page, and what was written."""

    def __init__(self, **environment: str) -> None:
        self.settings = load(environment)
        self.writer = WriterInMemory(self.settings)
        self.memory = Memory()
        given = GivenAnswers(cast(Any, self.memory), self.settings)
        clicks = ClickReports(self.writer)
        answers = Answers(self.settings, self.writer, given, address_limit(self.settings), clicks)
        services = (self.writer.keep_connected,)
        self.client = TestClient(
            application(self.settings, answers.routes(), services), follow_redirects=False
        )

    def path(
        self, field: AskedField, language: Any = "en", until: int = LATER, decision: str = "mia:1"
    ) -> str:
        """The path of a link."""
        token = AnswerToken("mia", decision, field, language, until)
        return "/answer/" + answer_tokens(self.settings).sign(token._asdict(), NOW)

    def send(self, path: str, answer: str) -> Any:
        """Send the form."""
        return self.client.post(path, data={"answer": answer})

    def answers(self) -> list[Answer]:
        """What was written."""
        return [Answer.loads(each.value or b"") for each in self.writer.records if each.topic == TOPIC]
