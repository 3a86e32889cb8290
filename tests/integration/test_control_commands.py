"""Pauses, suppressions and consents by the commands, on real Kafka."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from schemas.permissions import Suppression, address_hash
from tests.integration.wire import Addressed, Wire
from workers.cli import kairos

pytestmark = pytest.mark.wire
ADDRESS = "ann@example.com"
HASHED = f"address:{address_hash(ADDRESS)}"


@pytest.fixture
def wire(services: Addressed) -> Iterator[Wire]:
    """The topics of one test."""
    wire = Wire.create(services)
    yield wire
    wire.close()


def run(wire: Wire, *arguments: str) -> tuple[int, str]:
    """Exit code and output of a command."""
    done = CliRunner().invoke(kairos, arguments, env=wire.settings.environment())
    return done.exit_code, done.output


def test_the_commands_write_what_they_say(wire: Wire, tmp_path: Path) -> None:
    """Pauses and suppressions, from the first to the last."""
    assert run(wire, "pause", "--list") == (0, "nothing is paused\n")
    assert run(wire, "pause", "campaign", "digest", "--why", "wrong prices", "--by", "ops")[0] == 0
    assert run(wire, "pause", "--why", "stop")[0] == 0
    assert run(wire, "pause", "--list")[1].count("paused: ") == 2
    code, output = run(wire, "resume")
    assert (code, output.splitlines()[0]) == (0, "resumed: all")
    assert "still paused: campaign:digest" in output
    assert run(wire, "resume")[1].startswith("all was not paused\n")

    file = tmp_path / "bounces.csv"
    file.write_text(f"email,reason\n{ADDRESS.upper()},hard bounce\n,bounce\nbob@example.com,\n")
    code, output = run(wire, "suppress", "import", str(file))
    assert (code, output.splitlines()[-1]) == (1, "2 suppressions written; 1 rows left out")
    assert ADDRESS not in "".join(wire.latest("suppressions")).lower()
    assert Suppression.loads(wire.latest("suppressions")[HASHED]).reason == "bounced"
    assert run(wire, "suppress", "list", ADDRESS)[0] == 0
    assert run(wire, "suppress", "remove", ADDRESS)[0] == 0
    assert run(wire, "suppress", "list", ADDRESS)[0] == 1
    assert run(wire, "suppress", "remove", ADDRESS)[0] == 1

    consents = tmp_path / "consents.jsonl"
    consents.write_text('{"id": "ann", "email": "ann@example.com", "given": true, "at": "2024-01-01"}\n')
    assert run(wire, "consent", "import", str(consents)) == (0, "1 consents written; 0 rows left out\n")
    assert list(wire.latest("consents")) == ["person:ann mail"]
