"""Suppressions and consents from the rows of other tools' files."""

from typing import Any

import pytest

from schemas.model import from_epoch_ms
from schemas.permissions import Consent, Suppression, address_hash
from workers.commands.enrich_entries import RefusedFile
from workers.commands.permission_rows import ImportDefaults, check_header, consents_of, suppressions_of

NOW = from_epoch_ms(1_707_523_200_000)
DEFAULTS = ImportDefaults(NOW, "ops")
ANN, BOB = f"address:{address_hash('ann@x.jp')}", f"address:{address_hash('bob@x.jp')}"


def subjects(**row: Any) -> list[str]:
    return [suppression.subject for suppression in suppressions_of(row, DEFAULTS)]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"id": "7"}, ["person:7"]),
        ({"User ID": 7.0}, ["person:7"]),
        ({"Email Address": " Ann@X.jp "}, [ANN]),
        ({"メールアドレス": "Ann <ann@x.jp>"}, [ANN]),
        ({"person": "a", "email": "ann@x.jp"}, ["person:a", ANN]),
        ({"email": "ann@x.jp, bob@x.jp"}, [ANN, BOB]),
        ({"person": "a", "email": "ann at x"}, ["person:a"]),
        ({"id": "", "customer": "c"}, ["person:c"]),
    ],
)
def test_whom_a_row_is_about(row: dict[str, Any], expected: list[str]) -> None:
    """By any name for it; both of a person and an address; what cannot be read takes nothing else away."""
    assert subjects(**row) == expected


@pytest.mark.parametrize("row", [{}, {"id": "", "email": None}, {"email": "ann at x"}, {"name": "Ann"}])
def test_a_row_about_nobody_is_refused_without_its_address(row: dict[str, Any]) -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011 - the text is looked at
        subjects(**row)
    assert "ann at x" not in str(refused.value)


@pytest.mark.parametrize(
    ("reason", "read"),
    [
        ("Unsubscribed via link", "unsubscribed"),
        ("OPT-OUT", "unsubscribed"),
        ("hard_bounce", "bounced"),
        ("SpamComplaint", "complained"),
        ("spam", "complained"),
        ("ann@x.jp asked by phone", "imported"),
        (None, "imported"),
    ],
)
def test_reasons_of_other_tools(reason: str | None, read: str) -> None:
    """Nothing else of the text is kept: it may hold an address."""
    (suppression,) = suppressions_of({"id": "a", "type": reason}, DEFAULTS)
    assert suppression == Suppression.model_validate(
        {"subject": "person:a", "reason": read, "at": NOW, "by": "ops"}
    )


@pytest.mark.parametrize(
    ("given", "at"),
    [("2024-01-01", "2024-01-01T00:00:00Z"), ("soon", NOW), ("2999-01-01", NOW), (None, NOW)],
)
def test_the_time_is_that_of_the_row_and_never_to_come(given: str | None, at: Any) -> None:
    (suppression,) = suppressions_of({"id": "a", "created_at": given}, DEFAULTS)
    assert isinstance(suppression, Suppression)
    assert suppression.at == Suppression.model_validate({"subject": "person:a", "at": at}).at


def test_a_consent_is_the_persons_and_a_refusal_everybodys() -> None:
    """Who has the address, too: nobody is written to wrongly."""
    row = {"id": "a", "email": "ann@x.jp", "purpose": "Product News", "source": "form", "at": "2024-01-01"}
    given, refused = (consents_of(row | {"opt_in": word}, DEFAULTS) for word in ("yes", "no"))

    assert given == [
        Consent.model_validate(
            {
                "subject": "person:a",
                "purpose": "product-news",
                "given": True,
                "at": "2024-01-01",
                "source": "form",
            }
        )
    ]
    assert [(each.subject, each.key.endswith(" product-news")) for each in refused] == [
        ("person:a", True),
        (ANN, True),
    ]


@pytest.mark.parametrize("given", ["", None, "perhaps"])
def test_a_row_that_does_not_say_whether_it_was_given_is_left_out(given: str | None) -> None:
    with pytest.raises(ValueError, match=r"given|neither true nor false"):
        consents_of({"id": "a", "given": given}, DEFAULTS)


def test_a_header_without_people_is_refused() -> None:
    """Its line shows no address: a file without a header begins with one."""
    check_header(["Email", "Reason"])
    with pytest.raises(RefusedFile, match="has no header with person or email") as refused:
        check_header(["ann@x.jp", "Ann"])
    assert "ann@x.jp" not in str(refused.value)
