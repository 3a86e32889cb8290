"""`kairos check` on the stand-in for Airtable: columns, scopes, and records as the fleet reads them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from deploy.embedded import Services, airtable_node
from deploy.embedded.airtable.service import BASE, TABLE
from tests.integration.airtable_product import SOURCES, stand_in_alone
from workers.cli import kairos
from workers.commands.check_airtable import check_table
from workers.commands.check_reading import fleet_reading
from workers.product.reading.clock import clock_at
from workers.product.sources import load_sources
from workers.runtime.process.settings import load

pytestmark = pytest.mark.wire
PLACE = f"{BASE}/{TABLE}"


@pytest.fixture(scope="module")
def stand_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """The stand-in for Airtable alone."""
    with stand_in_alone(tmp_path_factory.mktemp("airtable")) as services:
        yield services


@pytest.fixture
def port(stand_in: Services) -> Iterator[int]:
    """The port of the stand-in, with an empty table."""
    stand_in.reset()
    yield int(stand_in.airtable_url.rpartition(":")[2])
    stand_in.reset()


def control(port: int, path: str, **body: Any) -> Any:
    """The answer of a control path of the stand-in."""
    return airtable_node.NODE.control(port, path, body or None)


def run(redis: Services, stand_in: Services, folder: Path, *arguments: str, sources: str = SOURCES) -> Result:
    """What the command says; nothing is in MongoDB."""
    return CliRunner().invoke(
        kairos, ["check", *arguments], env=environment(redis, stand_in, folder, sources)
    )


def environment(redis: Services, stand_in: Services, folder: Path, sources: str) -> dict[str, str]:
    """The settings, with a file of sources in a folder."""
    file = folder / "sources.toml"
    file.write_text(sources)
    given = {"REDIS_URL": redis.redis_url, "KAIROS_SOURCES": str(file), "COLUMNS": "200"}
    return {name: value for name, value in stand_in.environment().items() if "AIRTABLE" in name} | given


def test_records_are_read_as_the_fleet_reads_them(
    redis_alone: Services, stand_in: Services, port: int, tmp_path: Path
) -> None:
    """The first records; a message that was queued and sent, and a status that is no word."""
    cells = [
        {"user_id": "u1", "status": "queued", "sent_date": "2024-01-25T00:00:00.000Z"},
        {"user_id": "u2", "status": "secret word"},
    ]
    control(port, "edits", base=BASE, table=TABLE, create=cells)

    result = run(redis_alone, stand_in, tmp_path, "--json")

    assert result.exit_code == 0, result.output
    messages = next(each for each in json.loads(result.stdout)["topics"] if each["topic"] == "messages")
    fields = {field["field"]: field for field in messages["fields"]}
    assert (messages["place"], messages["documents"]) == (PLACE, 2)
    assert fields["sent_date"]["found"] == 0.5
    assert fields["sent_date"]["problems"] == {"the message is queued and has a sent date": 1}
    assert fields["status"]["problems"] == {"the value is no known status": 1}
    assert fields["created_date"]["found"] == 1.0
    assert "secret word" not in result.output


def test_a_column_that_is_missing_is_wrong(
    redis_alone: Services, stand_in: Services, port: int, tmp_path: Path
) -> None:
    """The line is that with which capture would stop."""
    wrong = SOURCES.replace('"airtable"\n', '"airtable"\nfields = { sent_date = "Sent on" }\n', 1)
    result = run(redis_alone, stand_in, tmp_path, sources=wrong)

    assert result.exit_code == 1
    assert f"table {PLACE} of Airtable has no field “Sent on” (for messages.sent_date)" in result.stdout


def test_missing_scopes_are_named(
    redis_alone: Services, stand_in: Services, port: int, tmp_path: Path
) -> None:
    """Without those for schemas and webhooks it works; without that for records it is wrong."""
    control(port, "settings", scopes=["data.records:read"])
    result = run(redis_alone, stand_in, tmp_path)

    assert result.exit_code == 0, result.output
    assert "the token lacks the scope schema.bases:read" in result.stdout
    assert "the token lacks the scope webhook:manage" in result.stdout

    control(port, "settings", scopes=[])
    result = run(redis_alone, stand_in, tmp_path)

    assert result.exit_code == 1
    assert "the token needs the scope data.records:read and access to the base" in result.stdout


def test_a_base_that_is_not_named_is_wrong(redis_alone: Services, tmp_path: Path) -> None:
    """Airtable is not asked."""
    file = tmp_path / "sources.toml"
    file.write_text(SOURCES)
    env = {"REDIS_URL": redis_alone.redis_url, "KAIROS_SOURCES": str(file), "COLUMNS": "200"}
    result = CliRunner().invoke(kairos, ["check"], env=env)

    assert result.exit_code == 1
    assert "AIRTABLE_TOKEN and AIRTABLE_BASE" in result.stdout


def test_an_airtable_that_does_not_answer_is_given_up(
    redis_alone: Services, stand_in: Services, port: int, tmp_path: Path
) -> None:
    """Its client would go on for ever."""
    control(port, "settings", faults={"unavailable": 1.0})
    settings = load(environment(redis_alone, stand_in, tmp_path, SOURCES))
    (source,) = load_sources(settings.kairos_sources).airtable

    def reading(_: Any) -> Any:
        return fleet_reading(source, clock_at(0, 0))

    check = check_table(settings, source, reading, 10, seconds=1.0)

    assert [finding.level for finding in check.findings] == ["wrong"]
    assert check.findings[0].says.startswith(f"Airtable has not answered for {PLACE} within 1 s")
