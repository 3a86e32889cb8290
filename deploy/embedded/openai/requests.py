"""Requests for responses and embeddings, read and checked as the API does it. Pure."""

import re
from typing import Annotated, Any, Literal, TypeVar

import msgspec
from msgspec import Meta, Struct

from deploy.embedded.openai.errors import ApiError, invalid
from deploy.embedded.openai.models import ServedModel, served_model
from deploy.embedded.openai.strict_schema import problem_of
from deploy.embedded.openai.tokens import count_tokens

T = TypeVar("T")
# parameters of the API that are refused here, with a reason of our own
NOT_IMITATED = {
    "background", "context_management", "conversation", "include", "max_tool_calls", "moderation",
    "previous_response_id", "prompt", "stream", "stream_options", "tool_choice", "tools", "top_logprobs",
}  # fmt: skip
MOST_TEXTS, MOST_TEXT_TOKENS, MOST_TOKENS = 2_048, 8_192, 300_000  # of one request for embeddings
AT = re.compile(r" - at `\$\.?(.*)`$")
FIELD = re.compile(r"(missing required|contains unknown) field `(.+?)`")
FormName = Annotated[str, Meta(pattern="^[A-Za-z0-9_-]{1,64}$")]


class TextFormat(Struct, tag_field="type", tag="text", frozen=True, forbid_unknown_fields=True):
    """An answer in prose."""


class SchemaFormat(Struct, tag_field="type", tag="json_schema", frozen=True, forbid_unknown_fields=True):
    """An answer that is JSON by a schema."""

    name: FormName
    schema: dict[str, Any]
    strict: bool | None = None
    description: str | None = None


class TextOptions(Struct, forbid_unknown_fields=True):
    """The form of the text, and how long it is."""

    format: TextFormat | SchemaFormat = TextFormat()
    verbosity: Literal["low", "medium", "high"] | None = None


class ReasoningOptions(Struct, forbid_unknown_fields=True):
    """How much the model thinks."""

    effort: Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"] | None = None
    summary: Literal["auto", "concise", "detailed"] | None = None


class InputPart(Struct, tag_field="type", tag="input_text"):
    """A text of a message."""

    text: str


class InputMessage(Struct):
    """A message."""

    role: Literal["user", "system", "developer", "assistant"]
    content: str | list[InputPart]

    @property
    def text(self) -> str:
        """All its text."""
        return (
            self.content if isinstance(self.content, str) else "\n".join(part.text for part in self.content)
        )


class ResponseRequest(Struct, forbid_unknown_fields=True):
    """What is asked of a model."""

    model: str
    input: str | list[InputMessage]
    instructions: str | None = None
    text: TextOptions | None = None
    reasoning: ReasoningOptions | None = None
    max_output_tokens: Annotated[int, Meta(ge=16)] | None = None
    temperature: Annotated[float, Meta(ge=0, le=2)] | None = None
    top_p: Annotated[float, Meta(ge=0, le=1)] | None = None
    metadata: dict[Annotated[str, Meta(max_length=64)], Annotated[str, Meta(max_length=512)]] | None = None
    parallel_tool_calls: bool | None = None
    store: bool | None = None
    service_tier: Literal["auto", "default", "flex", "scale", "priority", "fast"] | None = None
    truncation: Literal["auto", "disabled"] | None = None
    user: str | None = None
    safety_identifier: Annotated[str, Meta(max_length=64)] | None = None
    prompt_cache_key: str | None = None
    prompt_cache_options: dict[str, Any] | None = None
    prompt_cache_retention: Literal["in_memory", "24h"] | None = None

    @property
    def input_text(self) -> str:
        """All text of the input."""
        return self.input if isinstance(self.input, str) else "\n".join(each.text for each in self.input)

    @property
    def prompt_text(self) -> str:
        """All text that the model reads."""
        return f"{self.instructions or ''}\n{self.input_text}"

    @property
    def form(self) -> SchemaFormat | None:
        """The form of the answer; None for prose."""
        found = self.text.format if self.text is not None else None
        return found if isinstance(found, SchemaFormat) else None

    @property
    def effort(self) -> str:
        """How much the model thinks, its own default included."""
        asked = self.reasoning.effort if self.reasoning is not None else None
        return asked or served_model(self.model, embeds=False).default


class EmbeddingRequest(Struct, forbid_unknown_fields=True):
    """The texts of which vectors are asked for."""

    model: str
    input: str | list[str]
    dimensions: Annotated[int, Meta(ge=1)] | None = None
    encoding_format: Literal["float", "base64"] = "float"
    user: str | None = None

    @property
    def texts(self) -> list[str]:
        """The texts, in their order."""
        return [self.input] if isinstance(self.input, str) else self.input


def read_json(body: bytes) -> dict[str, Any]:
    """The JSON object of a request; raises ApiError."""
    try:
        asked = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError):
        raise invalid("We could not parse the JSON body of your request.") from None
    if not isinstance(asked, dict):
        raise invalid("The body of a request is a JSON object.")
    return asked


def read_response_request(asked: dict[str, Any]) -> ResponseRequest:
    """A request for a response; raises ApiError for one that the API refuses."""
    for name in sorted(NOT_IMITATED & asked.keys()):
        if asked[name]:
            message = f"Unsupported parameter: '{name}' is not supported by the stand-in."
            raise invalid(message, name, "unsupported_parameter")
    request = read(asked, ResponseRequest, NOT_IMITATED)
    model = served_model(request.model, embeds=False)
    _check_parameters(request, model)
    form = request.form
    if form is not None and form.strict and (problem := problem_of(form.schema)) is not None:
        message = f"Invalid schema for response_format '{form.name}': {problem}"
        raise invalid(message, "text.format.schema", "invalid_json_schema")
    return request


def read_embedding_request(asked: dict[str, Any]) -> EmbeddingRequest:
    """A request for embeddings; raises ApiError for one that the API refuses."""
    request = read(asked, EmbeddingRequest)
    model = served_model(request.model, embeds=True)
    texts = request.texts
    if not texts or len(texts) > MOST_TEXTS or not all(texts):
        raise invalid("'$.input' is invalid: 1 to 2048 texts, none of them empty.", "input", "invalid_value")
    counts = [count_tokens(text) for text in texts]
    if max(counts) > MOST_TEXT_TOKENS or sum(counts) > MOST_TOKENS:
        message = (
            f"Invalid 'input': maximum context length is {MOST_TEXT_TOKENS} tokens, {MOST_TOKENS} in all."
        )
        raise invalid(message, "input")
    if request.dimensions is not None and (model.fixed or request.dimensions > model.dimensions):
        raise invalid(f"Invalid 'dimensions' for {request.model}.", "dimensions", "invalid_value")
    return request


def read(asked: dict[str, Any], kind: type[T], ignored: set[str] | frozenset[str] = frozenset()) -> T:
    """A request of a kind, without what is `ignored`; raises ApiError that names the parameter."""
    try:
        return msgspec.convert({name: asked[name] for name in asked.keys() - ignored}, kind)
    except msgspec.ValidationError as error:
        raise _parameter_error(str(error)) from None


def _parameter_error(text: str) -> ApiError:
    at = AT.search(text)
    path = at.group(1) if at else ""
    message = AT.sub("", text)
    if field := FIELD.search(message):
        param = ".".join(filter(None, [path, field.group(2)]))
        if field.group(1) == "missing required":
            return invalid(f"Missing required parameter: '{param}'.", param, "missing_required_parameter")
        return invalid(f"Unknown parameter: '{param}'.", param, "unknown_parameter")
    code = "invalid_type" if message.startswith("Expected `") and ", got `" in message else "invalid_value"
    return invalid(f"Invalid '{path}': {message}.", path or None, code)


def _check_parameters(request: ResponseRequest, model: ServedModel) -> None:
    """Raise ApiError for parameters that the model does not take."""
    asked = request.reasoning.effort if request.reasoning is not None else None
    if asked is not None and asked not in model.efforts:
        if not model.efforts:
            raise _unsupported("reasoning.effort")
        values = ", ".join(f"'{effort}'" for effort in model.efforts)
        message = (
            f"Unsupported value: '{asked}' is not supported with the '{request.model}' model. "
            f"Supported values are: {values}."
        )
        raise invalid(message, "reasoning.effort", "unsupported_value")
    for name in ("temperature", "top_p"):
        if getattr(request, name) is not None and request.effort != "none":
            raise _unsupported(name)
    verbosity = request.text.verbosity if request.text is not None else None
    if verbosity not in (None, "medium") and not model.efforts:
        raise invalid(f"Unsupported value: '{verbosity}'.", "text.verbosity", "unsupported_value")


def _unsupported(name: str) -> ApiError:
    message = f"Unsupported parameter: '{name}' is not supported with this model."
    return invalid(message, name, "unsupported_parameter")
