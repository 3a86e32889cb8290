"""The link in mails that ask, whoever writes them."""

import pytest

from tests.unit.mail.mails import JAPANESE, TEXT, CountingWriter, banked_author, decision
from workers.mail.answer_link import LinkingWriter
from workers.mail.app import letters
from workers.product.answer_links import answer_link
from workers.runtime.process.settings import SettingsError, load

PUBLIC = {"KAIROS_PUBLIC_URL": "https://kairos.example"}


async def test_a_mail_that_asks_ends_with_the_link() -> None:
    """In both languages; a mail that does not ask has none."""
    writes = letters(load(PUBLIC), banked_author())
    english, japanese = decision("ask"), decision("ask", JAPANESE)
    links = [answer_link(load(PUBLIC), each) for each in (english, japanese)]

    assert None not in links
    assert (await writes.write(english)).body[-1] == f"Or answer on a small page: {links[0]}"
    assert (await writes.write(japanese)).body[-1] == f"こちらのページからもお答えいただけます: {links[1]}"
    assert "kairos.example" not in repr(await writes.write(decision("send")))


async def test_the_text_of_a_model_has_it_too() -> None:
    """The model does not get it, so it cannot change it."""
    linking = LinkingWriter(CountingWriter(), lambda _decision: "https://x")
    text = await linking.write(decision("ask"))

    assert text.body == (*TEXT.body, "Or answer on a small page: https://x")
    assert (text.writer, text.subject) == ("gpt", TEXT.subject)


def test_a_link_that_anybody_could_forge_is_not_sent() -> None:
    """As serve does not start with such settings."""
    with pytest.raises(SettingsError, match="KAIROS_TOKEN_SECRETS"):
        letters(load(PUBLIC | {"KAIROS_MODE": "production"}), banked_author())
