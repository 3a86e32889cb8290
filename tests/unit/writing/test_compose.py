"""How a mail is put together from a plan and texts."""

from itertools import chain, product
from typing import Any

import pytest

from tests.unit.writing.readers import ENGLISH, JAPANESE, job, matches, reader
from workers.writing import compose as composing
from workers.writing.bank import texts_of_bank
from workers.writing.compose import compose, refusal_of_composed
from workers.writing.models import EmailLanguage
from workers.writing.plan import MailPlan, plan_of
from workers.writing.rendering.render import MOST_BYTES, render_html


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every HTML that `compose` has rendered itself."""
    made: list[str] = []

    def recorded(*given: Any) -> str:
        made.append(render_html(*given))
        return made[-1]

    monkeypatch.setattr(composing, "render_html", recorded)
    monkeypatch.setattr("workers.writing.rendering.render.render_html", recorded)
    return made


def plan(url: str = "https://jobs.example/") -> MailPlan:
    """Forty jobs, each at an address."""
    lists = matches()
    for number, each in enumerate(chain.from_iterable(lists.values())):
        each.url = f"{url}{number}"
    return plan_of(reader(), lists, ENGLISH)


def test_a_mail_that_fits_is_rendered_once(rendered: list[str]) -> None:
    """It is measured as it is sent."""
    whole = plan()
    mail = compose(whole, texts_of_bank(whole))

    assert rendered == [mail.html]


def test_a_mail_that_does_not_fit_is_one_of_fewer_jobs(rendered: list[str]) -> None:
    """Its HTML is the last one that was rendered, of its own page, and small enough."""
    whole = plan("https://jobs.example/" + "a" * 2_500)
    mail = compose(whole, texts_of_bank(whole))

    assert mail.html == rendered[-1] == render_html(mail.page)
    assert len(mail.html.encode()) <= MOST_BYTES < len(rendered[0].encode())
    assert 0 < mail.plan.count < whole.count


OPTIONAL: dict[str, Any] = {"company": "", "location": "", "salary": None, "tags": [], "url": None}


@pytest.mark.parametrize("sizes", [{}, {"new_arrivals": 1, "popular_jobs": 1, "you_might_like": 0}])
@pytest.mark.parametrize("language", [ENGLISH, JAPANESE])
@pytest.mark.parametrize("title", ["Cook", "看護師", "C++ 99", None])
def test_whatever_of_the_jobs_is_missing_the_mail_may_be_sent(
    title: str | None, language: EmailLanguage, sizes: dict[str, int]
) -> None:
    """The gate's last look finds nothing: not that the parts differ, nor a placeholder."""
    for kept in product([True, False], repeat=len(OPTIONAL)):
        fields = {name: value for (name, value), keep in zip(OPTIONAL.items(), kept, strict=True) if not keep}
        fields |= {"title": title} if title else {}
        lists = matches(**sizes)
        for jobs in lists.values():
            jobs[:] = [job(int(each.job_id), **fields) for each in jobs]
        plan = plan_of(reader(language=language), lists, language)
        assert refusal_of_composed(compose(plan, texts_of_bank(plan))) is None, fields
