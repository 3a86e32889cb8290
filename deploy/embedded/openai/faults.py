"""The ways in which a request can fail."""

from typing import get_args

from deploy.embedded.openai.settings import AnswerFault, StatusFault, WireFault

STATUS_FAULTS: frozenset[str] = frozenset(get_args(StatusFault))
WIRE_FAULTS: frozenset[str] = frozenset(get_args(WireFault))
ANSWER_FAULTS: frozenset[str] = frozenset(get_args(AnswerFault))
