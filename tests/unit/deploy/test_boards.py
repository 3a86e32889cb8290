"""The boards of Grafana: built from their rows, over metrics that the fleet serves."""

import re
import subprocess
from pathlib import Path

import pytest

from deploy.grafana.boards import FOLDER, BoardPanel, GrafanaBoard, Query, boards
from deploy.grafana.building import as_json
from tests.unit.deploy.promtool import PROMTOOL
from tests.unit.deploy.test_alert_rules import NAME, served

BOARDS = boards()
EVERY = [(board, panel) for board in BOARDS for panel in board.panels]
OF_PYTHON = re.compile(r"\bprocess_\w+")  # prometheus-client's own


@pytest.mark.parametrize("board", BOARDS, ids=lambda board: board.name)
def test_the_json_is_what_its_rows_make(board: GrafanaBoard) -> None:
    """`make boards` writes it."""
    assert (FOLDER / f"{board.name}.json").read_text("utf-8") == as_json(board)


def test_there_are_four_boards_and_no_json_of_others() -> None:
    """Their ids differ: Grafana would take one for the other."""
    assert {board.name for board in BOARDS} == {"overview", "pipeline", "mails", "sources"}
    assert {path.stem for path in FOLDER.glob("*.json")} == {board.name for board in BOARDS}
    assert len({board.uid for board in BOARDS}) == len(BOARDS)


@pytest.mark.parametrize(("board", "panel"), EVERY, ids=lambda each: getattr(each, "title", None))
def test_every_panel_reads_series_that_are_served(board: GrafanaBoard, panel: BoardPanel) -> None:
    """And says in a sentence what it shows."""
    assert panel.about.endswith(".")
    assert panel.queries
    for query in panel.queries:
        names = {*NAME.findall(query.expr)}
        assert names or OF_PYTHON.search(query.expr)
        assert names <= served()


def test_titles_stand_once_on_a_board() -> None:
    """Whoever is told of one finds it."""
    for board in BOARDS:
        titles = [panel.title for panel in board.panels]
        assert len({*titles}) == len(titles)


def rule_of(number: int, query: Query) -> str:
    """A recording rule of a query, which promtool can check."""
    expr = query.expr.replace("$__rate_interval", "1m")
    return f"      - record: panel:{number}\n        expr: >-\n          {expr}\n"


@PROMTOOL
def test_every_query_is_promql(tmp_path: Path) -> None:
    """As promtool reads it."""
    queries = [query for _, panel in EVERY for query in panel.queries]
    rules = "".join(rule_of(number, query) for number, query in enumerate(queries))
    path = tmp_path / "rules.yml"
    path.write_text(f"groups:\n  - name: panels\n    rules:\n{rules}", "utf-8")
    done = subprocess.run(["promtool", "check", "rules", path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert f"{len(queries)} rules found" in done.stdout
