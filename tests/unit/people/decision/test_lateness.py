"""Who is held after an outage, and until when."""

import pytest

from schemas.model import from_epoch_ms
from tests.property.contact_history import DAY_MS, HOUR_MS, START, History, Sender, user
from workers.commands.explain_nearest import PersonNow, nearest_text
from workers.people.policy import Policy

DUE = START + DAY_MS  # the cooldown after the product's message ends


def waiting() -> History:
    """A person who waits for the end of a cooldown of a day."""
    of = History("UTC", Policy(cooldown_days=1), (Sender(None, ()),))
    of.hear("user", user(0, "UTC"))
    of.hear("message", {"id": "m", "user_id": "a", "status": "sent", "sent_date": START / 1000})
    of.run(START + 1)
    return of


def after(hours: float) -> History:
    """The same, where no time passes for the fleet until so many hours after the cooldown."""
    of = waiting()
    of.now = round(DUE + hours * HOUR_MS)
    of.run(of.now + 1)
    return of


@pytest.mark.parametrize(
    ("late", "held"), [(0, 0), (0.9, 0), (1, 1), (6, 6), (23.5, 23.5), (24, 0), (30, 6), (24 * 9 + 2, 2)]
)
def test_who_is_late_is_held_for_as_long_without_whole_days(late: float, held: float) -> None:
    """The wait says so, with its end; then it is over."""
    of = after(late)
    at = round(DUE + late * HOUR_MS)
    if held:
        said = of.decisions[-1]
        assert (said.verdict, said.reason, said.until) == (
            "wait",
            "outage",
            from_epoch_ms(at + int(held * HOUR_MS)),
        )
        of.run(at + int(held * HOUR_MS) + 1)

    assert of.decisions[-1].verdict == "send"
    assert of.decisions[-1].decided_at == from_epoch_ms(at + int(held * HOUR_MS))


def test_something_new_about_a_person_who_is_held_decides_at_once() -> None:
    """As every wait ends when something changes."""
    of = after(6)
    of.hear("user", user(0, "UTC"))
    of.run(of.now + 1)

    assert of.decisions[-1].verdict == "send"


def test_time_is_the_nearest_change_of_a_person_who_is_held() -> None:
    """What `kairos explain` says of them."""
    of = after(6)
    assert of.state is not None
    said = nearest_text(
        PersonNow(of.state.stored, None), of.decisions[-1], of.now, of.policy, is_ramped=False
    )

    assert said == "time passes until 2024-01-02 12:00 UTC: then send"
