"""The six sections of a mail: their order, how many jobs each has, and what it is called."""

from typing import NamedTuple

from workers.writing.models import EmailLanguage, EmailSectionType


class MailSectionRow(NamedTuple):
    """A section: how many jobs it has at most, and its title in both languages."""

    kind: EmailSectionType
    size: int
    english: str
    japanese: str

    def title(self, language: EmailLanguage) -> str:
        """The title in a language."""
        return self.japanese if language is EmailLanguage.JAPANESE else self.english


SECTION_ROWS = (
    MailSectionRow(EmailSectionType.EDITORIAL_PICKS, 5, "Editorial Picks", "編集部のおすすめ"),
    MailSectionRow(
        EmailSectionType.TOP_RECOMMENDATIONS, 5, "Top 5 Recommendations", "あなたへのおすすめトップ5"
    ),
    MailSectionRow(EmailSectionType.PERSONALIZED_PICKS, 10, "Personalized Picks", "あなたに合った求人"),
    MailSectionRow(EmailSectionType.NEW_ARRIVALS, 10, "New Arrivals", "新着求人"),
    MailSectionRow(EmailSectionType.POPULAR_JOBS, 5, "Popular Jobs", "人気の求人"),
    MailSectionRow(EmailSectionType.YOU_MIGHT_LIKE, 5, "You Might Also Like", "こちらの求人もおすすめ"),
)
