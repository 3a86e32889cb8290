"""What all paths of the API share: its settings, limits, faults, traffic, files and batches."""

import time
from collections.abc import Callable
from typing import Any, cast

from deploy.embedded.faults import Faults
from deploy.embedded.openai.answering import Answered, embedding_answer, response_answer
from deploy.embedded.openai.faults import ANSWER_FAULTS, STATUS_FAULTS, WIRE_FAULTS
from deploy.embedded.openai.rate_limits import RateLimits
from deploy.embedded.openai.requests import (
    EmbeddingRequest,
    ResponseRequest,
    read_embedding_request,
    read_response_request,
)
from deploy.embedded.openai.settings import AnswerFault, ApiSettings, FaultKind
from deploy.embedded.openai.store import Store
from deploy.embedded.stand_in_process import with_changes
from deploy.embedded.traffic import Traffic

RESPONSES, EMBEDDINGS = "/v1/responses", "/v1/embeddings"
KINDS = {RESPONSES: STATUS_FAULTS | WIRE_FAULTS | ANSWER_FAULTS, EMBEDDINGS: STATUS_FAULTS | WIRE_FAULTS}
ModelRequest = ResponseRequest | EmbeddingRequest


class ApiService:
    """The service behind the paths; `clock` is in epoch seconds."""

    def __init__(self, start: ApiSettings, store: Store, clock: Callable[[], int]) -> None:
        self._start, self.store, self.clock = start, store, clock
        self.reset()

    def reset(self) -> None:
        """Have the settings of the start, and neither traffic, files nor batches."""
        self._use(self._start)
        self.traffic = Traffic()

    def change(self, body: bytes) -> ApiSettings:
        """Change the settings that a JSON object names; limits are full again. ValueError if it cannot be."""
        self._use(with_changes(self.settings, body))
        return self.settings

    def _use(self, settings: ApiSettings) -> None:
        self.settings = settings
        self.faults = Faults(settings.faults, settings.next_faults, settings.seed)
        limits = settings.requests_per_minute, settings.tokens_per_minute
        self.limits = RateLimits(*limits, time.monotonic())

    def read(self, path: str, asked: dict[str, Any]) -> ModelRequest:
        """A request for this path, checked; raises ApiError."""
        return read_response_request(asked) if path == RESPONSES else read_embedding_request(asked)

    def draw(self, path: str) -> FaultKind | None:
        """How the next request for this path fails, if it does."""
        return self.faults.draw(KINDS[path])

    def answered(self, request: ModelRequest, asked: dict[str, Any], fault: FaultKind | None) -> Answered:
        """The answer to a request; of the faults only those of answers matter here."""
        if isinstance(request, EmbeddingRequest):
            return embedding_answer(request)
        wrong = cast(AnswerFault, fault) if fault in ANSWER_FAULTS else None
        return response_answer(request, asked, wrong, self.store.next_number(), self.clock())

    def seconds(self, request: ModelRequest, answered: Answered) -> float:
        """How long the answer takes."""
        text = request.prompt_text if isinstance(request, ResponseRequest) else "\n".join(request.texts)
        delays = sum(delay.seconds for delay in self.settings.delays if delay.text in text)
        return self.settings.base_seconds + self.settings.token_seconds * answered.output_tokens + delays
