"""The figures of a report, from outcomes; and its picture."""

import xml.etree.ElementTree as ET
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.learning import VariationOutcome
from schemas.mail import MailVariation
from schemas.model import from_epoch_ms
from tests.audience import Audience
from tests.learning_loop import LoopRun, run
from tests.unit.learn.mail_records import NOW
from workers.learn.estimates import difference
from workers.learn.plot import plot
from workers.learn.report import UNIFORM, report_of, standing


def ended(number: int, *, known_at: int = 0, retracted: bool = False, **fields: Any) -> VariationOutcome:
    """The outcome of the n-th mail, of the arm a, which was drawn with even odds."""
    values: dict[str, Any] = {"arm": "a", "segment": "en", "reason": "drawn", "clicked": False, "programs": 0}
    values |= {"type": "subject"} | {"probabilities": {"a": 0.5, "b": 0.5}} | fields
    names = ("arm", "segment", "probabilities", "reason", "type")
    return VariationOutcome(
        decision_id=f"d{number}",
        person="p",
        variation=MailVariation(**{name: values[name] for name in names}),
        handed_over_at=from_epoch_ms(NOW + number),
        clicked=values["clicked"],
        programs=values["programs"],
        known_at=NOW + known_at,
        due_at=NOW,
        retracted=retracted,
    )


def outcomes_of(done: LoopRun) -> list[VariationOutcome]:
    """The mails of a simulated run, as the worker would say them."""
    rows = zip(done.trials, done.reasons, done.segments, strict=True)
    return [
        ended(
            number,
            arm=trial.arm,
            clicked=trial.clicked,
            probabilities=dict(trial.probabilities),
            reason=reason,
            segment=segment,
        )
        for number, (trial, reason, segment) in enumerate(rows)
    ]


HISTORY = [
    ended(1, clicked=False, known_at=1),
    ended(2, clicked=False, known_at=1),
    ended(2, clicked=False, known_at=5, retracted=True),
    ended(2, clicked=True, known_at=5),
    ended(3, clicked=True, known_at=2),
    ended(3, clicked=True, known_at=9, retracted=True),
]


@given(st.permutations(HISTORY + HISTORY))
def test_the_last_word_on_each_mail_stands(history: list[VariationOutcome]) -> None:
    """In whatever order and however often it is read."""
    assert [(each.decision_id, each.clicked) for each in standing(history)] == [("d1", False), ("d2", True)]


def test_the_figures_of_a_simulated_audience() -> None:
    """Counts, lift and values are those of its mails; learning is worth something, and is seen to be."""
    done = run(Audience(12), 2_000)
    report = report_of(standing(outcomes_of(done)))
    drawn = [n for n, reason in enumerate(done.reasons) if reason in ("drawn", "only")]
    control = [n for n, reason in enumerate(done.reasons) if reason == "control"]
    clicks = [sum(done.trials[n].clicked for n in numbers) for numbers in (drawn, control)]
    lift = difference(clicks[0], len(drawn), clicks[1], len(control))

    assert lift is not None
    assert report["groups"]["drawn"]["clicks"] == clicks[0]
    assert report["groups"]["control"]["mails"] == len(control)
    assert report["lift"]["drawn - control"] == lift._asdict()
    way = report["types"]["subject"]
    assert sum(arm["mails"] for arm in way["arms"].values()) == len(drawn)
    assert sum(s["mails"] for arms in report["segments"].values() for s in arms.values()) == len(drawn)
    assert way["policies"][UNIFORM]["dr"]["value"] < report["groups"]["drawn"]["rate"]["value"]
    assert way["policies"][UNIFORM]["effective_mails"] < len(drawn)


def test_each_slot_is_told_by_itself_and_a_mail_counts_once() -> None:
    """P10: the types of a mail are drawn independently; its click is one click."""
    tones: dict[str, Any] = {
        "type": "tone",
        "arm": "casual",
        "probabilities": {"casual": 0.25, "plain": 0.75},
    }
    subjects = [ended(n, clicked=n < 4) for n in range(10)]
    both = [*subjects, *(ended(n, clicked=n < 4, programs=1, **tones) for n in range(10))]
    report, alone = report_of(standing(both)), report_of(standing(subjects))

    assert report["mails"] == 10
    assert (report["groups"], report["lift"]) == (alone["groups"], alone["lift"])
    assert report["types"]["subject"] == alone["types"]["subject"]
    assert report["types"]["tone"]["arms"]["casual"]["mails"] == 10
    assert "a" not in report["types"]["tone"]["arms"]


def test_an_empty_report_knows_nothing() -> None:
    """No numbers are made up."""
    report = report_of([])
    assert report["groups"]["drawn"] == {"mails": 0, "clicks": 0, "rate": None}
    assert report["lift"] == {"drawn - control": None, "drawn - hold-out": None}
    assert (report["types"], report["segments"]) == ({}, {})


@pytest.mark.parametrize(
    "fields",
    [
        {"probabilities": {}},
        {"probabilities": {"b": 1.0}},
        {"probabilities": {"a": 0.0}},
        {"probabilities": {"a": float("nan")}},
        {"reason": "fallback"},
    ],
)
def test_a_mail_whose_choice_was_not_written_down_is_counted(fields: dict[str, Any]) -> None:
    """It takes no part in any estimate."""
    report = report_of([ended(1, **fields), ended(2, clicked=True, programs=3)])
    assert (report["mails"], report["unusable"], report["clicks_of_programs"]) == (2, 1, 3)
    assert report["groups"]["drawn"]["mails"] == 1


def test_the_picture_has_a_line_for_each_rate() -> None:
    """Well-formed, within its frame, and names are no markup."""
    outcomes = [ended(n, arm="<b>&", clicked=n < 3, probabilities={"<b>&": 0.5, "b": 0.5}) for n in range(9)]
    report = report_of([*outcomes, ended(10, reason="control", clicked=True)])
    root = ET.fromstring(plot(report))
    space = {"s": "http://www.w3.org/2000/svg"}
    texts = [text.text for text in root.findall("s:text", space)]
    assert {"drawn (9 mails)", "control (1 mails)", "<b>& (9 mails)", f"subject {UNIFORM} (DR)"} <= set(texts)
    assert len(root.findall("s:circle", space)) == 4
    width = float(root.attrib["viewBox"].split()[2])
    for line in root.findall("s:line", space):
        assert 0 <= float(line.attrib["x1"]) <= float(line.attrib["x2"]) <= width
    assert ET.fromstring(plot(report_of([]))).find("s:circle", space) is None
