"""The models that the stand-in knows, and what each accepts; the table is models.toml."""

import re
from functools import cache
from importlib.resources import files

import msgspec

from deploy.embedded.openai.errors import not_found

DATE = re.compile(r"-(latest|[0-9]{4}-[0-9]{2}-[0-9]{2})$")
# tokens of reasoning before an answer
REASONING = {"none": 0, "minimal": 0, "low": 64, "medium": 384, "high": 1_536, "xhigh": 4_096}


class ServedModel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a model accepts: efforts of reasoning, or the dimensions of its vectors."""

    efforts: tuple[str, ...] = ()
    default: str = "none"
    dimensions: int = 0
    fixed: bool = False


@cache
def served_models() -> dict[str, ServedModel]:
    """All models by name."""
    text = files(__package__).joinpath("models.toml").read_bytes()
    return msgspec.toml.decode(text, type=dict[str, ServedModel])


def served_model(name: str, *, embeds: bool) -> ServedModel:
    """The model of this name, for texts or (`embeds`) for vectors; raises ApiError when there is none."""
    models = served_models()
    model = models.get(name) or models.get(DATE.sub("", name))
    if model is None or bool(model.dimensions) is not embeds:
        message = f"The model `{name}` does not exist or you do not have access to it."
        raise not_found(message, "model", "model_not_found")
    return model
