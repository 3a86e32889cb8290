"""`kairos learn report` over outcomes of the topic."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.unit.learn.mail_records import NOW
from tests.unit.learn.test_report import HISTORY, ended
from workers.commands.learn import learn
from workers.commands.learn_report import NOTHING
from workers.runtime.kafka.records import ConsumerRecord

OUTCOMES = [
    *HISTORY,
    ended(4, arm="b", clicked=True),
    ended(5, segment="ja", programs=2),
    ended(6, reason="control", probabilities={"a": 1.0}),
]


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Calls the command while the topic has the given values."""

    def call(values: list[bytes], *arguments: str) -> str:
        class Topic:
            def read(self, topic: str) -> Iterator[ConsumerRecord]:
                assert topic == "variation-outcomes"
                for offset, value in enumerate(values):
                    yield ConsumerRecord(topic, 0, offset, b"en/a", value, NOW, ())

        @contextmanager
        def reading(settings: Any) -> Iterator[Topic]:
            yield Topic()

        monkeypatch.setattr("workers.commands.learn_report.reading", reading)
        done = CliRunner().invoke(learn, ["report", *arguments], catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done.stdout

    return call


def test_the_report_as_json_and_as_tables(called: Any) -> None:
    """What was taken back does not count."""
    values = [each.dumps() for each in OUTCOMES]
    report = json.loads(called(values, "--json"))
    assert report["mails"] == 5
    assert report["types"]["subject"]["arms"]["a"]["mails"] == 3
    assert report["types"]["subject"]["arms"]["b"]["clicks"] == 1
    text = called(values)
    assert "2 clicks of programs do not count." in text
    assert "drawn - control" in text


def test_a_segment_and_the_last_days(called: Any) -> None:
    """Alone, as if there were no other mails."""
    values = [each.dumps() for each in OUTCOMES]
    assert json.loads(called(values, "--json", "--segment", "ja"))["mails"] == 1
    assert called(values, "--segment", "fr").strip() == NOTHING
    assert json.loads(called(values, "--json", "--days", "100000"))["mails"] == 5


def test_what_cannot_be_read_is_passed_over(called: Any) -> None:
    """A record of another tool does not end the report."""
    values = [b"no json", *(each.dumps() for each in OUTCOMES)]
    assert '"mails": 5,' in called(values, "--json")


def test_the_picture_is_written(called: Any, tmp_path: Path) -> None:
    """A folder that is not there is one line."""
    path = tmp_path / "rates.svg"
    called([each.dumps() for each in OUTCOMES], "--plot", str(path))
    assert path.read_text("utf-8").startswith("<svg")
    done = CliRunner().invoke(learn, ["report", "--plot", str(tmp_path / "none" / "x.svg")])
    assert done.exit_code == 1
    assert "cannot write" in done.output
