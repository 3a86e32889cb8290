"""The ramp of the first days: who asks to be written to, and who may be."""

from schemas.model import Model, Moment


class SendRequest(Model):
    """A person may be written to as far as they are concerned; `number` counts their requests."""

    person: str
    number: int
    at: Moment

    EXAMPLES = ({"person": "user_001", "number": 1, "at": "2024-02-10T00:00:00Z"},)


class SendGrant(Model):
    """The answer to a request: granted up to `until`, or not, and then it is to be made again at `until`."""

    person: str
    number: int
    granted: bool
    until: Moment

    EXAMPLES = (
        {"person": "user_001", "number": 1, "granted": True, "until": "2024-02-10T01:00:00Z"},
        {"person": "user_002", "number": 1, "granted": False, "until": "2024-02-11T03:12:00Z"},
    )
