"""The policy of the demo: that of deploy/, with who sends its mails."""

from pathlib import Path

MAIL_FROM = "hello@lantern.example"
TABLES = """
[sender.en]
company = "Lantern Jobs"
postal_address = "1 Example Street, Springfield"
contact = "help@lantern.example"
site_url = "{site}/"

[sender.ja]
company = "あかり求人"
postal_address = "東京都千代田区一丁目一番一号"
contact = "help@lantern.example"
site_url = "{site}/"
"""


def with_senders(policy: Path, site_url: str) -> str:
    """The text of a policy file that has no senders, with the senders of a product at an address."""
    return policy.read_text("utf-8") + TABLES.format(site=site_url)
