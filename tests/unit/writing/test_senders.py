"""Who sends the mails: the tables of the policy."""

from pathlib import Path

import pytest

from tests.unit.mail.mails import TEXT, CountingWriter, decision
from tests.unit.writing import readers
from workers.mail.mail_senders import MailSenders
from workers.mail.plain_page import PageWriter
from workers.people.policy import load_policy
from workers.writing.bank import texts_of_bank
from workers.writing.plan import plan_of
from workers.writing.rendering.page import Sender
from workers.writing.results import sendable
from workers.writing.senders import SenderPolicyError, load_senders

JAPANESE = """
[sender.ja]
company = "株式会社サンプル"
postal_address = "東京都千代田区"
contact = "help@example.com"
"""


WHOLE = """
[sender.en]
company = "Example Inc."
postal_address = "1 Example Street"
contact = "help@example.com"
site_url = "https://example.com"
opt_out_url = "https://example.com/mails?stop=1&all=%26"
notice = "This mail is an advertisement."
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


def test_a_table_may_say_where_to_opt_out_and_that_a_mail_is_an_advertisement(tmp_path: Path) -> None:
    """A page or an address; both stand in the mails, and the first in their header."""
    (sender,) = load_senders(policy(tmp_path, WHOLE)).values()
    by_mail = WHOLE.replace('"https://example.com/mails?stop=1&all=%26"', '"mailto:stop@example.com"')

    assert sender.opt_out_url == "https://example.com/mails?stop=1&all=%26"
    assert sender.notice == "This mail is an advertisement."
    assert load_senders(policy(tmp_path, by_mail))["en"].opt_out_url == "mailto:stop@example.com"


@pytest.mark.parametrize(
    ("key", "value", "wrong"),
    [
        ("opt_out_url", "https://example.com/{token}", "the same for every reader"),
        ("opt_out_url", "javascript:alert(1)", "http, https or mailto"),
        ("opt_out_url", "example.com/stop", "http, https or mailto"),
        ("opt_out_url", "https://example.com/\\r\\nBcc: a@b.c", "http, https or mailto"),
        ("opt_out_url", "https://a.example>, <https://b.example", "http, https or mailto"),
        ("opt_out_url", "https://example.com/" + "x" * 500, "at most 500"),
        ("site_url", "mailto:a@b.c", "http or https"),
        ("site_url", "https://例え.example", "http or https"),
        ("notice", "x" * 301, "at most 300"),
        ("notice", "See www.other.example for more.", "no mail may show it: Show only the links"),
        ("notice", "Dear [Your Name]", "no mail may show it: Fill in or remove"),
        ("notice", "{{notice}}", "no mail may show it: Fill in or remove"),
        ("contact", "www.example.com/help", "no mail may show it: Show only the links"),
        ("company", "undefined", "no mail may show it: Fill in or remove"),
    ],
)
def test_a_value_that_no_mail_can_show_is_refused_at_start(
    key: str, value: str, wrong: str, tmp_path: Path
) -> None:
    """Else the gate would refuse every mail, one after the other."""
    lines = [line for line in WHOLE.splitlines() if not line.startswith(f"{key} ")]
    with pytest.raises(SenderPolicyError, match=wrong):
        load_senders(policy(tmp_path, "\n".join([*lines, f'{key} = "{value}"'])))


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
    pages = PageWriter(CountingWriter(), MailSenders(senders))
    japanese = await pages.write(decision(brief={"language": "ja"}))
    english = await pages.write(decision())

    for part in (japanese.html, japanese.text):
        assert part is not None
        assert all(word in part for word in ("株式会社サンプル", "東京都千代田区", "help@example.com"))
    assert "株式会社サンプル" not in (english.html or "")
    assert english.subject == TEXT.subject


async def test_a_whole_sender_stands_in_a_mail_that_the_gate_lets_through(tmp_path: Path) -> None:
    """With six sections, and with its addresses as links."""
    senders = load_senders(policy(tmp_path, WHOLE + WHOLE.replace("sender.en", "sender.ja")))
    for language in (readers.ENGLISH, readers.JAPANESE):
        plan = plan_of(readers.reader(language=language), readers.matches(), language)
        mail = sendable(plan, texts_of_bank(plan), sender=senders[language.value])
        assert mail is not None
        assert "This mail is an advertisement." in mail.html
        assert "This mail is an advertisement." in mail.text
        assert "https://example.com/mails?stop=1&all=%26" in mail.text
        assert 'href="https://example.com/mails?stop=1&amp;all=%26"' in mail.html
