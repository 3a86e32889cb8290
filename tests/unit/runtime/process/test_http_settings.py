"""The settings of serve's HTTP."""

import pytest

from workers.runtime.process.http_settings import unsafe
from workers.runtime.process.settings import Settings, SettingsError, load

SECRET = "s" * 32


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KAIROS_HTTP_ADDRESS", "example.com"),
        ("KAIROS_HTTP_PORT", "70000"),
        ("KAIROS_MODE", "test"),
        ("KAIROS_ALLOWED_ORIGINS", "https://jobs.example/path"),
        ("KAIROS_ALLOWED_ORIGINS", "jobs.example"),
        ("KAIROS_TOKEN_SECRETS", "secret-without-key"),
        ("KAIROS_TOKEN_SECRETS", "k1:"),
        ("KAIROS_TOKEN_SECRETS", "k1:a,k1:b"),
        ("KAIROS_TOKEN_SECRETS", ","),
        ("KAIROS_PERSON_HEADER", "a b"),
    ],
)
def test_a_wrong_setting_is_named(name: str, value: str) -> None:
    """And a secret is not told."""
    with pytest.raises(SettingsError, match=f"^{name}: ") as refused:
        load({name: value})
    assert "secret-without-key" not in str(refused.value)


def test_secrets_are_read_in_their_order_and_not_printed() -> None:
    """The first one signs."""
    settings = load({"KAIROS_TOKEN_SECRETS": f"k2:{SECRET}, k1:a:b"})

    assert list(settings.token_secrets.items()) == [("k2", SECRET), ("k1", "a:b")]
    assert SECRET not in repr(settings)
    assert load(settings.environment()) == settings


@pytest.mark.parametrize(
    ("environment", "reasons"),
    [
        ({}, []),
        ({"KAIROS_HTTP_ADDRESS": "localhost"}, []),
        ({"KAIROS_HTTP_ADDRESS": "::1"}, []),
        ({"KAIROS_HTTP_ADDRESS": "0.0.0.0"}, ["KAIROS_HTTP_ADDRESS"]),
        ({"KAIROS_MODE": "production"}, ["KAIROS_TOKEN_SECRETS"]),
        ({"KAIROS_MODE": "production", "KAIROS_TOKEN_SECRETS": "k:short"}, ["KAIROS_TOKEN_SECRETS"]),
        (
            {
                "KAIROS_MODE": "production",
                "KAIROS_TOKEN_SECRETS": f"k:{Settings().token_secrets['development']}",
            },
            ["KAIROS_TOKEN_SECRETS"],
        ),
        (
            {
                "KAIROS_MODE": "production",
                "KAIROS_TOKEN_SECRETS": f"k:{SECRET}",
                "KAIROS_HTTP_ADDRESS": "0.0.0.0",
            },
            [],
        ),
    ],
)
def test_what_would_let_anybody_speak_for_anybody_is_unsafe(
    environment: dict[str, str], reasons: list[str]
) -> None:
    """U5: bare ids that others can send, or a secret that everybody knows or can guess."""
    found = list(unsafe(load(environment)))

    assert [text.partition(":")[0] for text in found] == reasons
    assert not any("short" in text or SECRET in text for text in found)
