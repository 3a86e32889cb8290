"""What the double of OpenAI writes when a test does not say it: the texts of the embedded stand-in."""

import json
from typing import Any

from deploy.embedded.openai.requests import read_response_request
from deploy.embedded.openai.writing import answer_text
from tests.standins.openai import Reply, completed


def written(asked: dict[str, Any]) -> Reply:
    """A good answer to a request; raises ApiError for one that the API would refuse."""
    return completed(answer_text(read_response_request(asked)))


def texts_for(asked: dict[str, Any]) -> dict[str, Any]:
    """The texts that are asked for, in the language that is named."""
    texts: dict[str, Any] = json.loads(answer_text(read_response_request(asked)))
    return texts
