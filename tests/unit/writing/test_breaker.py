"""When a model is left alone."""

from workers.writing.breaker import LAST, NO_CREDIT_MS, REFUSED_MS, Breaker

NOW = 1_707_523_200_000


def noted(*checks: str | None) -> Breaker:
    """A breaker after so many good texts that 200 are known with these."""
    breaker = Breaker()
    for check in (*[None] * (LAST - len(checks)), *checks):
        breaker.note(check, NOW)
    return breaker


def test_it_opens_when_one_check_refuses_more_than_a_twentieth() -> None:
    """For an hour, with the name of the check; then the model has another chance."""
    breaker = noted(*["digits"] * 11)

    assert breaker.is_open(NOW + REFUSED_MS - 1)
    assert breaker.reason == "too many texts are refused: digits"
    assert not breaker.is_open(NOW + REFUSED_MS)
    breaker.note("digits", NOW + REFUSED_MS)
    assert not breaker.is_open(NOW + REFUSED_MS)


def test_it_stays_closed_for_fewer_and_for_different_reasons() -> None:
    """Ten of one, or eleven of two."""
    assert not noted(*["digits"] * 10).is_open(NOW)
    assert not noted(*["digits"] * 6, *["money"] * 5).is_open(NOW)


def test_few_texts_say_nothing() -> None:
    """The first texts of a new prompt may all be refused."""
    breaker = Breaker()
    for _ in range(LAST - 1):
        breaker.note("digits", NOW)
    assert not breaker.is_open(NOW)


def test_without_credit_it_is_open_for_ten_minutes() -> None:
    breaker = Breaker()
    breaker.no_credit(NOW)

    assert breaker.is_open(NOW + NO_CREDIT_MS - 1)
    assert not breaker.is_open(NOW + NO_CREDIT_MS)
