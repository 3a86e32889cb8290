"""Mails of which nobody knows whether they were sent."""

from schemas.mail import Email
from schemas.model import Model, Moment

AGAIN = "#"  # in a mail's id: between its decision's and the number of a hand-over that a person asked for


class ParkedMail(Model):
    """A mail that `deliver` began to hand over, and of which it does not know what became.

    It is never handed over again by itself. `id` is the mail's; `mail` is what a person may have sent again.
    """

    id: str
    decision_id: str
    person: str
    at: Moment
    why: str
    mail: Email

    EXAMPLES = (
        {
            "id": "user_001:1",
            "decision_id": "user_001:1",
            "person": "user_001",
            "at": "2024-02-10T00:00:02Z",
            "why": "the connection was cut before the server answered",
            "mail": Email.EXAMPLES[0],
        },
    )
