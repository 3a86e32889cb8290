"""The reference of the metrics: all of them, and the file beside the rules."""

import re

from click.testing import CliRunner

from tests.unit.source_tree import ROOT
from workers.cli import kairos
from workers.commands.metrics import reference
from workers.runtime.metrics.every import METRICS

REFERENCE = ROOT / "deploy" / "prometheus" / "METRICS.md"
PERSONAL = {"person", "user", "email", "address", "id", "key", "decision"}


def test_the_reference_is_what_the_command_writes() -> None:
    """`kairos metrics --markdown` for deploy/prometheus/METRICS.md."""
    printed = CliRunner().invoke(kairos, ["metrics", "--markdown"])
    assert (printed.exit_code, printed.output) == (0, reference())
    assert REFERENCE.read_text("utf-8") == reference()


def test_every_metric_is_in_it_with_a_sentence() -> None:
    """Once, and in the table of the terminal, too."""
    rows = re.findall(r"^\| `(kairos_\w+)` \| \w+ \| [^|]* \| (.*) \|$", reference(), re.MULTILINE)
    assert len(rows) == len({name for name, _ in rows}) == len(METRICS)
    assert all(text.endswith(".") for _, text in rows)
    table = CliRunner().invoke(kairos, ["metrics"], env={"COLUMNS": "300"})
    assert table.exit_code == 0
    assert all(name in table.output for name, _ in rows)


def test_no_metric_has_a_label_of_a_person() -> None:
    """Ids of people would be personal data, and as many series."""
    assert not {label for metric in METRICS for label in metric._labelnames} & PERSONAL
