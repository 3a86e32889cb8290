"""What the library takes and gives: people, jobs, mails and results, as its document signs them.

They are data classes and models at once: a web framework can read them from a body and name a wrong value.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator
from pydantic.dataclasses import dataclass

PersonId = int | str
JobId = int | str
Score = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]


class EmailLanguage(StrEnum):
    """The languages in which mails are written."""

    JAPANESE = "ja"
    ENGLISH = "en"


class EmailSectionType(StrEnum):
    """The sections of a mail, in their order."""

    EDITORIAL_PICKS = "editorial_picks"
    TOP_RECOMMENDATIONS = "top_recommendations"
    PERSONALIZED_PICKS = "personalized_picks"
    NEW_ARRIVALS = "new_arrivals"
    POPULAR_JOBS = "popular_jobs"
    YOU_MIGHT_LIKE = "you_might_like"


class GenerationStatus(StrEnum):
    """How far a mail is. CACHED is a state of a text; a mail that was made of such is COMPLETED."""

    PENDING = "pending"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    FAILED = "failed"
    CACHED = "cached"


@dataclass
class UserProfile:
    """A reader. Without a `preferred_language` that of the batch counts, else English.

    Name and address never reach a model: the greeting is written by code, and the address by whoever sends.
    """

    user_id: PersonId
    name: str
    email: str
    preferred_language: EmailLanguage | None = None
    location: str | None = None
    job_preferences: dict[str, Any] = Field(default_factory=dict)
    experience_level: str | None = None
    salary_range: dict[str, int] | None = None
    work_style: str | None = None
    last_active: datetime | None = None


@dataclass
class JobMatch:
    """A job for a reader; `match_score` is 0 to 100, `url` where it can be seen."""

    job_id: JobId
    title: str
    company: str
    location: str
    salary: str | None = None
    description: str = ""
    match_score: Score = 0.0
    tags: list[str] = Field(default_factory=list)
    is_new: bool = False
    is_popular: bool = False
    application_count: int = 0
    url: str | None = None


class EmailSection(BaseModel):
    """A section of a mail: one line for each of its jobs, in their order."""

    section_type: EmailSectionType
    title: str
    intro_text: str
    job_descriptions: list[str]
    call_to_action: str
    job_ids: list[JobId] = []


class EmailContent(BaseModel):
    """A mail that is written: exactly the six sections, in their order.

    `html` and `text` are the same mail as the two parts that are sent.
    """

    model_config = ConfigDict(extra="forbid")

    user_id: PersonId
    subject: str
    greeting: str
    introduction: str
    sections: list[EmailSection]
    closing: str
    signature: str
    language: EmailLanguage
    generated_at: AwareDatetime
    generation_metadata: dict[str, Any]
    preheader: str = ""
    html: str = ""
    text: str = ""

    @model_validator(mode="after")
    def _has_the_six_sections(self) -> "EmailContent":
        if [section.section_type for section in self.sections] != list(EmailSectionType):
            raise ValueError("a mail has exactly the six sections, in their order")
        return self


class GenerationResult(BaseModel):
    """What became of a mail. `error_message` holds no address, no name and nothing that was asked of a model.

    `cached`: no model was asked, as its texts were there; `fallback`: a text comes from the bank of
    sentences, because of `reason`. `cost_micro_dollars` is in millionths of a dollar; the model had read
    `cached_input_tokens` of `input_tokens` before, and they cost less.
    """

    user_id: PersonId
    status: GenerationStatus
    email_content: EmailContent | None = None
    error_message: str | None = None
    input_tokens: int = 0
    output_tokens: int = 0
    cached_input_tokens: int = 0
    cost_micro_dollars: int = 0
    cached: bool = False
    fallback: bool = False
    reason: str | None = None
    duration_ms: float = 0.0

    @property
    def tokens_used(self) -> int:
        """All tokens that the mail has cost."""
        return self.input_tokens + self.output_tokens


JobMatches = Mapping[EmailSectionType, list[JobMatch]]


class BatchGenerationRequest(BaseModel):
    """Mails for many readers. A reader's own language beats `language`.

    Of `priority` 10 comes first; 3 and below may take hours, at half the price. A `dry_run` asks no model and
    stores nothing: it estimates the cost.
    """

    user_profiles: list[UserProfile]
    job_matches_by_user: dict[PersonId, dict[EmailSectionType, list[JobMatch]]]
    language: EmailLanguage | None = None
    priority: int = Field(default=5, ge=1, le=10)
    dry_run: bool = False
