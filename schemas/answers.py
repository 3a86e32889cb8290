"""What a person said when a mail asked them."""

from schemas.model import Model, Moment


class Answer(Model):
    """The answer to the question of a decision: a field of the profile, and its value as the person gave it.

    The product's own document counts instead as soon as it has the field.
    """

    decision_id: str
    person: str
    field: str
    value: str | int | list[str]
    at: Moment

    EXAMPLES = (
        {
            "decision_id": "user_001:1",
            "person": "user_001",
            "field": "interests",
            "value": ["hiking", "wine"],
            "at": "2024-02-10T08:00:00Z",
        },
    )
