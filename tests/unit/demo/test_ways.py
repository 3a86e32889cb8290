"""What follows from a change, in its order, and how long it took."""

from workers.demo.ways import OF_A_CHANGE, OF_A_CLICK, Step, Ways, duration


def reached(ways: Ways, *steps: tuple[Step, int]) -> None:
    """Some steps of a person at their times."""
    for step, at in steps:
        ways.reached("mia", step, at)


def test_a_way_leads_from_a_change_to_what_is_learnt() -> None:
    """Each step with the time since the change; what comes in another order is none of it."""
    ways = Ways()
    assert "mia" not in ways
    ways.change("mia", 1_000)
    assert "mia" in ways
    reached(ways, ("mail", 1_050), ("profile", 1_100))
    ways.reached("mia", "decision", 1_200, leads_on=False)
    reached(ways, ("decision", 1_300), ("profile", 1_350), ("mail", 1_400), ("delivered", 1_500))
    ways.change("mia", 5_000)  # is none of a mail that was written before
    ways.click("mia", 8_000)
    reached(ways, ("clicked", 8_020))
    assert ways.whole() is None
    reached(ways, ("learnt", 11_000))
    whole = ways.whole()

    assert whole is not None
    assert whole.text() == (
        "change → profile 0.1 s → decision 0.3 s → mail 0.4 s → delivered 0.5 s"
        " → clicked 7.0 s → learnt 10.0 s"
    )
    assert ways.medians(OF_A_CLICK) == "clicked 20 ms, learnt 3000 ms"


def test_a_change_without_a_mail_is_replaced_by_the_next() -> None:
    """The times are those since the change that led to the mail."""
    ways = Ways()
    for at in (0, 10_000):
        ways.change("mia", at)
        reached(ways, ("profile", at + 100), ("decision", at + 200))
    reached(ways, ("mail", 10_300), ("delivered", 10_400), ("clicked", 17_000), ("learnt", 20_000))
    whole = ways.whole()

    assert whole is not None
    assert whole.steps == {
        "change": 0, "profile": 100, "decision": 200, "mail": 300, "delivered": 400, "clicked": 7_000,
        "learnt": 10_000,
    }  # fmt: skip


def test_a_step_is_timed_once_and_not_long_after_its_cause() -> None:
    """What comes without a cause, again, or late has another cause."""
    ways = Ways()
    assert ways.reached("mia", "profile", 50) is None
    ways.change("mia", 100)
    assert [ways.reached("mia", "profile", at) for at in (150, 160)] == [50, None]
    assert ways.reached("mia", "decision", 5_101) is None
    assert ways.medians(OF_A_CHANGE) == "profile 50 ms"


def test_durations_are_short_to_read() -> None:
    """Seconds from ten of them on."""
    assert [duration(ms) for ms in (0.4, 9_999, 61_400)] == ["0 ms", "9999 ms", "61 s"]
