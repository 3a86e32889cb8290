"""What people do on the job site, and the lists of jobs that they were shown."""

from typing import Annotated, Literal

from pydantic import Field

from schemas.model import Model, Moment

InteractionKind = Literal["viewed", "applied", "rejected", "saved", "ignored", "searched"]
ViewSource = Literal["feed", "search", "email", "similar", "direct", "other"]


class Interaction(Model):
    """Something that a person did on the job site, as a browser or the product's server told it.

    `id` is that of a visit or of a press of a button: told again, it is the same interaction, and of a visit
    the longest total of `seconds` (visible time) counts. `undo` takes back what the person pressed before.
    `tags` are those of the job, as the board has them. A search has no job, but words (`query`) or a `place`.
    `request_id` and `position` name the list in which the job was shown. A `bot` is a browser that says
    that it is automated. An `unknown_job` was not on the board.
    """

    id: str
    person: str
    kind: InteractionKind
    job_id: str | None = None
    seconds: float = 0.0
    at: Moment
    undo: bool = False
    source: ViewSource = "other"
    tags: list[str] = []
    query: str | None = None
    place: str | None = None
    request_id: str | None = None
    position: int | None = None
    bot: bool = False
    unknown_job: bool = False

    EXAMPLES = (
        {
            "id": "5f0c9a52-7d1e-4f7e-9a56-0c1b2f3d4e5f",
            "person": "user_001",
            "kind": "viewed",
            "job_id": "job_001",
            "seconds": 95,
            "at": "2024-02-10T00:00:01Z",
            "source": "feed",
            "tags": ["kitchen"],
        },
    )


class ResumeUpload(Model):
    """A résumé that a person gave the job site, as text; None takes back the one that was given before.

    Of one person the record with the latest time counts.
    """

    kind: Literal["resume"] = "resume"
    person: str
    text: str | None = None

    EXAMPLES = (
        {"kind": "resume", "person": "user_001", "text": "Line cook, four years of Italian kitchens."},
        {"kind": "resume", "person": "user_001", "text": None},
    )


InteractionRecord = Annotated[Interaction | ResumeUpload, Field(discriminator="kind")]


class ShownJob(Model):
    """A job of a list that was shown: its place in it (from 0), its score (0 to 100) and why it is there.

    `propensity` is the probability with which this job was put at this position, given those before it.
    `explored` is whether the position was one of exploration. `parts` are the parts of the score.
    """

    job_id: str
    position: int
    score: float
    propensity: float
    explored: bool = False
    reason: str
    parts: dict[str, float] = {}


class Impression(Model):
    """A list of jobs that a person was shown, with everything that decided it."""

    request_id: str
    person: str
    at: Moment
    arm: str
    policy: str
    embedder: str
    candidates: int
    jobs: list[ShownJob] = []

    EXAMPLES = (
        {
            "request_id": "user_001:1707523201",
            "person": "user_001",
            "at": "2024-02-10T00:00:01Z",
            "arm": "personalized",
            "policy": "0123456789ab",
            "embedder": "hashing:1",
            "candidates": 900,
            "jobs": [
                {"job_id": "job_001", "position": 0, "score": 82.5, "propensity": 1.0, "reason": "similar"}
            ],
        },
    )
