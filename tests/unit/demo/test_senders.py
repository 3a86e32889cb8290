"""Who sends the demo's mails."""

from pathlib import Path

from workers.demo.senders import with_senders
from workers.people.policy import load_policy
from workers.runtime.process.settings import DEPLOY
from workers.writing.senders import LANGUAGES, load_senders


def test_both_languages_have_a_sender_and_the_policy_stays(tmp_path: Path) -> None:
    """As `deliver` and `mail` read them."""
    made = tmp_path / "policy.toml"
    made.write_text(with_senders(DEPLOY / "policy.toml", "http://127.0.0.1:8500"), "utf-8")

    assert set(load_senders(made)) == set(LANGUAGES)
    assert load_policy(made) == load_policy(DEPLOY / "policy.toml")
