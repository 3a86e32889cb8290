"""The body of the answer to a request, with or without a fault in it. Pure."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from deploy.embedded.openai.bodies import (
    Json,
    embeddings_body,
    failed_response,
    incomplete,
    refusal_part,
    response_body,
    text_part,
    usage,
)
from deploy.embedded.openai.models import REASONING, served_model
from deploy.embedded.openai.requests import EmbeddingRequest, ResponseRequest
from deploy.embedded.openai.settings import AnswerFault
from deploy.embedded.openai.tokens import count_tokens, cut_to_tokens
from deploy.embedded.openai.vectors import as_base64, text_vector
from deploy.embedded.openai.writing import answer_text

REFUSAL = "I'm sorry, but I can't help with that."
OTHER_SCHEMA = '{"unexpected":"This is not what the schema says."}'
NO_LIMIT = 128_000  # tokens of an answer


class Answered(NamedTuple):
    """A body, and the tokens that the request and its answer took."""

    body: Json
    input_tokens: int
    output_tokens: int

    @property
    def tokens(self) -> int:
        """All of them."""
        return self.input_tokens + self.output_tokens


def response_answer(
    request: ResponseRequest, asked: Mapping[str, Any], fault: AnswerFault | None, name: str, at: int
) -> Answered:
    """A response; `name` makes its ids, `at` is in epoch seconds. `asked` is the request as it came."""
    told = count_tokens(request.prompt_text) + (count_tokens(str(request.form.schema)) if request.form else 0)
    reasoning, most = REASONING.get(request.effort, 0), request.max_output_tokens or NO_LIMIT
    text = written_text(request, fault)
    room = len(text) // 2 if fault == "truncated" else max(0, most - reasoning)
    cut = text[:room] if fault == "truncated" else cut_to_tokens(text, room)
    spent = min(reasoning, most) + count_tokens(cut)
    used = usage(told, spent, min(reasoning, most))
    part = refusal_part(cut) if fault == "refusal" else text_part(cut)
    body = response_body([part] if cut or fault == "empty" else [], used, asked, name, at)
    if cut != text:
        body = incomplete(body)
    if fault == "failed":
        body = failed_response(body)
    return Answered(body, told, spent)


def written_text(request: ResponseRequest, fault: AnswerFault | None) -> str:
    """What the model says."""
    if fault == "refusal":
        return REFUSAL
    if fault == "empty":
        return ""
    return OTHER_SCHEMA if fault == "wrong_schema" else answer_text(request)


def embedding_answer(request: EmbeddingRequest) -> Answered:
    """The vectors of the texts of a request."""
    dimensions = request.dimensions or served_model(request.model, embeds=True).dimensions
    vectors = [text_vector(text, dimensions) for text in request.texts]
    tokens = sum(map(count_tokens, request.texts))
    as_asked: Any = (
        [as_base64(vector) for vector in vectors]
        if request.encoding_format == "base64"
        else [vector.tolist() for vector in vectors]
    )
    return Answered(embeddings_body(as_asked, request.model, tokens), tokens, 0)
