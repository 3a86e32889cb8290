"""What is wrong with a mail is seen, and groups are compared with a baseline."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.unit.writing.readers import ENGLISH, JAPANESE, matches, reader
from tests.unit.writing.serviced import service
from workers.evaluate.mail_baseline import (
    AllowedChange,
    BaselineError,
    baseline_bytes,
    read_baseline,
    regressions,
)
from workers.evaluate.mail_scores import MailScore, ScoredGroup, group_of, problems_of, score_of
from workers.writing.models import EmailContent, GenerationResult

Damage = Callable[[EmailContent], None]


async def written() -> GenerationResult:
    """A mail of the model."""
    async with service() as (made, _):
        return await made.generate_email(reader(), matches())


def without_a_line(mail: EmailContent) -> None:
    """A section loses the line of a job."""
    mail.sections[0].job_descriptions.pop()


def in_another_order(mail: EmailContent) -> None:
    """Two jobs change places."""
    ids = mail.sections[3].job_ids
    ids[0], ids[1] = ids[1], ids[0]


def without_a_section(mail: EmailContent) -> None:
    """Five sections."""
    mail.sections.pop()


def with_a_token(mail: EmailContent) -> None:
    """Something was not filled in."""
    mail.text += "{{count}}"


def marked(mail: EmailContent) -> None:
    """As in mock mode."""
    mail.subject = f"[MOCK] {mail.subject}"


def silent(mail: EmailContent) -> None:
    """Nothing is said after the subject."""
    mail.preheader = " "


DAMAGES: list[tuple[Damage, str]] = [
    (without_a_line, "39 jobs, 0 left out, of 40"),
    (without_a_line, "editorial_picks: a job without a line"),
    (in_another_order, "new_arrivals: other jobs, or in another order"),
    (without_a_section, "not the six sections"),
    (with_a_token, "a token was left"),
    (marked, "a mark in the subject"),
    (silent, "an empty text"),
]


@pytest.mark.parametrize(("damage", "problem"), DAMAGES)
async def test_a_damaged_mail_is_not_whole(damage: Damage, problem: str) -> None:
    """And an undamaged one is."""
    result = await written()
    assert list(problems_of(result, matches(), ENGLISH)) == []
    assert result.email_content is not None
    damage(result.email_content)

    assert problem in problems_of(result, matches(), ENGLISH)


async def test_a_mail_in_another_language_or_without_a_mail_is_not_whole() -> None:
    result = await written()
    assert list(problems_of(result, matches(), JAPANESE)) == ["in en"]
    result.email_content = None

    assert list(problems_of(result, matches(), ENGLISH)) == ["not written: None"]


async def test_a_score_has_what_a_mail_has_cost() -> None:
    """Two texts by the model, its tokens and its money."""
    result = await written()
    score = score_of("m", "r", matches(), ENGLISH, result, Counter(digits=1))

    assert (score.origins, score.problems, score.refusals) == (("model", "model"), (), {"digits": 1})
    assert (score.input_tokens, score.output_tokens) == (result.input_tokens, result.output_tokens)
    assert score.micro_dollars == result.cost_micro_dollars > 0
    assert score.readability is not None


SCORE = MailScore("m", ENGLISH, "r", (), ("model", "model"), None, {}, 100, 300, 50, 1.0, 4.0)


def test_a_group_has_means_shares_and_the_median() -> None:
    """Of the texts, not of the mails, what the model wrote."""
    other = replace(SCORE, problems=("x",), origins=("model", "bank"), refusals={"digits": 2}, seconds=5.0)
    group = group_of([SCORE, replace(SCORE, output_tokens=500, readability=None), other])

    assert (group.mails, group.by_check, list(group.problems)) == (3, {"digits": 2}, ["r: x"])
    assert (group.seconds, group.slowest, group.readability) == (1.0, 5.0, 4.0)
    assert group.whole == pytest.approx(2 / 3)
    assert group.written == pytest.approx(5 / 6)
    assert group.refusals == pytest.approx(2 / 3)
    assert group.output_tokens == pytest.approx(1_100 / 3)


GROUP = group_of([SCORE])


def compared(tmp_path: Path, now: ScoredGroup, before: ScoredGroup = GROUP, **allowed: float) -> list[str]:
    """What is worse now, by way of a file."""
    path = tmp_path / "baseline.json"
    path.write_bytes(baseline_bytes([before], [SCORE], AllowedChange(**allowed)))
    return list(regressions([now], read_baseline(path)))


WORSE = [
    ({"whole": 0.9}, "m, en: whole mails 90%, was 100%, at least 100% is asked"),
    ({"written": 0.5}, "m, en: texts by the model 50%, was 100%, at least 95% is asked"),
    ({"refusals": 0.5}, "m, en: refusals a mail 0.50, was 0.00, at most 0.25 is asked"),
    ({"output_tokens": 400.0}, "m, en: output tokens 400.00, was 300.00, at most 360.00 is asked"),
    ({"micro_dollars": 61.0}, "m, en: micro-dollars 61.00, was 50.00, at most 60.00 is asked"),
    ({"seconds": 3.5}, "m, en: seconds 3.50, was 1.00, at most 3.00 is asked"),
    ({"readability": 6.0}, "m, en: readability 6.0, was 4.0: harder by 2.0, at most 1.5 is asked"),
]


@pytest.mark.parametrize(("change", "line"), WORSE)
def test_what_is_worse_than_allowed_is_named(change: dict[str, float], line: str, tmp_path: Path) -> None:
    """One figure at a time; what is better is no regression."""
    assert compared(tmp_path, replace(GROUP, **change)) == [line]  # type: ignore[arg-type]
    assert compared(tmp_path, GROUP, replace(GROUP, **change)) == []  # type: ignore[arg-type]


def test_a_file_says_how_much_is_allowed(tmp_path: Path) -> None:
    """And Japanese is easier with more points."""
    japanese = replace(GROUP, language=JAPANESE, readability=60.0)

    assert compared(tmp_path, replace(GROUP, refusals=0.5), refusals=0.5) == []
    assert compared(tmp_path, replace(japanese, readability=80.0), japanese) == []
    (line,) = compared(tmp_path, replace(japanese, readability=50.0), japanese)
    assert line.startswith("m, ja: readability 50.0, was 60.0")


def test_what_was_not_measured_again_is_a_regression(tmp_path: Path) -> None:
    """A model that is new is none."""
    assert compared(tmp_path, replace(GROUP, model="other")) == ["m, en: was not measured"]


@pytest.mark.parametrize("text", ["", "[]", '{"groups": 5}', '{"groups": [], "allowed": {"wole": 1}}'])
def test_a_file_that_is_no_baseline_is_named(text: str, tmp_path: Path) -> None:
    """Also one that is not there, and one with a wrong word in `allowed`."""
    path = tmp_path / "b.json"
    path.write_text(text)
    with pytest.raises(BaselineError, match=r"b.json: no baseline"):
        read_baseline(path)
    with pytest.raises(BaselineError, match="cannot be read"):
        read_baseline(tmp_path / "none.json")
