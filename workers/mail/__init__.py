"""The worker `mail`: writes the mail of each decision to send or ask.

The library that writes mails of six sections, for programs:
`from workers.mail import create_email_generation_service`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workers.writing.models import (
        BatchGenerationRequest,
        EmailContent,
        EmailLanguage,
        EmailSection,
        EmailSectionType,
        GenerationResult,
        GenerationStatus,
        JobMatch,
        UserProfile,
    )
    from workers.writing.service import EmailGenerationService, create_email_generation_service

MODELS = "workers.writing.models"
SERVICE = "workers.writing.service"
MODULES = {
    "BatchGenerationRequest": MODELS,
    "EmailContent": MODELS,
    "EmailGenerationService": SERVICE,
    "EmailLanguage": MODELS,
    "EmailSection": MODELS,
    "EmailSectionType": MODELS,
    "GenerationResult": MODELS,
    "GenerationStatus": MODELS,
    "JobMatch": MODELS,
    "UserProfile": MODELS,
    "create_email_generation_service": SERVICE,
}
__all__ = [
    "BatchGenerationRequest",
    "EmailContent",
    "EmailGenerationService",
    "EmailLanguage",
    "EmailSection",
    "EmailSectionType",
    "GenerationResult",
    "GenerationStatus",
    "JobMatch",
    "UserProfile",
    "create_email_generation_service",
]


def __getattr__(name: str) -> Any:
    """Import a name when it is first used: the worker needs none of the library's clients to start."""
    if name not in MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(MODULES[name]), name)
