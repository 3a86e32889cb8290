"""Who sends the mails: the tables of the policy."""

from pathlib import Path

import pytest

from tests.unit.mail.mails import TEXT, CountingWriter, decision
from workers.mail.plain_page import PageWriter
from workers.people.policy import load_policy
from workers.writing.rendering.page import Sender
from workers.writing.senders import SenderPolicyError, load_senders

JAPANESE = """
[sender.ja]
company = "株式会社サンプル"
postal_address = "東京都千代田区"
contact = "help@example.com"
"""


def policy(folder: Path, text: str) -> Path:
    """A policy with this text."""
    path = folder / "policy.toml"
    path.write_text(text)
    return path


def test_a_language_has_the_sender_of_its_table(tmp_path: Path) -> None:
    """Without a table there is none; the policy of people does not read them."""
    path = policy(tmp_path, JAPANESE)

    assert load_senders(path) == {"ja": Sender("株式会社サンプル", "東京都千代田区", "help@example.com")}
    assert load_senders(Path("deploy/policy.toml")) == {}
    assert load_policy(path) == load_policy(policy(tmp_path, ""))


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ('[sender.de]\ncompany = "x"', "sender.de: "),
        ('[sender.en]\ncompany = "x"', "sender.en.postal_address: "),
        (JAPANESE + 'phone = "1"', "sender.ja.phone: "),
        ("[sender.en", "not TOML"),
    ],
)
def test_a_wrong_table_is_named(text: str, wrong: str, tmp_path: Path) -> None:
    with pytest.raises(SenderPolicyError, match=wrong):
        load_senders(policy(tmp_path, text))


async def test_the_sender_stands_in_both_parts(tmp_path: Path) -> None:
    """In mails of its language only."""
    senders = load_senders(policy(tmp_path, JAPANESE))
    japanese = await PageWriter(CountingWriter(), senders).write(decision(brief={"language": "ja"}))
    english = await PageWriter(CountingWriter(), senders).write(decision())

    for part in (japanese.html, japanese.text):
        assert part is not None
        assert all(word in part for word in ("株式会社サンプル", "東京都千代田区", "help@example.com"))
    assert "株式会社サンプル" not in (english.html or "")
    assert english.subject == TEXT.subject
