"""The rows of the sections: what each is called, and how many jobs it has."""

import pytest

from tests.unit.writing.readers import ENGLISH, JAPANESE, matches, reader
from tests.unit.writing.serviced import service
from workers.writing.models import EmailLanguage, EmailSectionType
from workers.writing.section_rows import SECTION_ROWS

TITLES = {
    ENGLISH: [
        "Editorial Picks",
        "Top 5 Recommendations",
        "Personalized Picks",
        "New Arrivals",
        "Popular Jobs",
        "You Might Also Like",
    ],
    JAPANESE: [
        "編集部のおすすめ",
        "あなたへのおすすめトップ5",
        "あなたに合った求人",
        "新着求人",
        "人気の求人",
        "こちらの求人もおすすめ",
    ],
}


@pytest.mark.parametrize("language", EmailLanguage)
def test_e2_titles_are_texts_of_a_language(language: EmailLanguage) -> None:
    """E1, E2: as the document writes them, not made of the names of the sections."""
    assert [row.title(language) for row in SECTION_ROWS] == TITLES[language]
    assert [row.kind.value for row in SECTION_ROWS][1::4] == ["top_recommendations", "you_might_like"]


@pytest.mark.parametrize("language", EmailLanguage)
async def test_e2_a_mail_shows_the_titles(language: EmailLanguage) -> None:
    """E2: in the sections, in the HTML and in the text."""
    async with service() as (made, _):
        mail = (await made.generate_email(reader(language=language), matches())).email_content

    assert mail is not None
    assert [section.title for section in mail.sections] == TITLES[language]
    for title in TITLES[language]:
        assert title in mail.html
        assert title in mail.text


async def test_e3_a_section_whose_jobs_cannot_be_shown_stays_without_jobs() -> None:
    """E3: it is one of the six of the mail, and in neither of its parts."""
    lists = matches()
    for each in lists[EmailSectionType.POPULAR_JOBS]:
        each.title = "www.evil.example"
    async with service() as (made, _):
        mail = (await made.generate_email(reader(), lists)).email_content

    assert mail is not None
    assert [len(section.job_ids) for section in mail.sections] == [5, 5, 10, 10, 0, 5]
    assert "Popular Jobs" not in mail.html + mail.text
    assert "You Might Also Like" in mail.html
