"""Where the one click of a mail leads."""

import pytest

from workers.deliver.app import one_click_url
from workers.runtime.process.settings import Settings


@pytest.mark.parametrize(
    ("public", "own", "url"),
    [
        ("https://k.example", "", "https://k.example/unsubscribe/{token}"),
        ("https://k.example", "https://jobs.example/{token}", "https://jobs.example/{token}"),
        ("http://127.0.0.1:8600", "", "http://127.0.0.1:8600/unsubscribe/{token}"),
        ("http://localhost/k", "", "http://localhost/k/unsubscribe/{token}"),
        ("http://k.example", "", ""),
        ("http://127.0.0.1.k.example", "", ""),
        ("http://192.0.2.1", "", ""),
        ("", "", ""),
    ],
)
def test_one_click_is_offered_by_https_or_on_this_machine(public: str, own: str, url: str) -> None:
    """RFC 8058 wants https; nobody but this machine can listen to its own addresses."""
    assert one_click_url(Settings(kairos_public_url=public, kairos_unsubscribe_url=own)) == url
