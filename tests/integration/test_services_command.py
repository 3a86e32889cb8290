"""`kairos services`: services that outlive the command, and its output."""

import json
import os
import shlex
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from openai import OpenAI
from pymongo import MongoClient
from redis import Redis

from tests.integration.processes import has_ended, until
from workers.commands.services import services as group

pytestmark = pytest.mark.wire


class Command:
    """`kairos services` with a state folder of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def __call__(self, *arguments: str) -> Result:
        """Run the command."""
        return CliRunner().invoke(group, [*arguments, "--home", str(self.home)])

    def json(self, *arguments: str) -> Any:
        """What the command prints as JSON; it must succeed."""
        result = self(*arguments, "--json")
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)


@pytest.fixture
def command(tmp_path: Path) -> Iterator[Command]:
    """The command; its services are stopped at the end."""
    command = Command(tmp_path / "home")
    yield command
    command("down")


def test_up_status_down(command: Command, tmp_path: Path) -> None:
    """`up` prints the same exports on every call; `status` shows the health; `down` ends all services."""
    assert command("status").exit_code == 1
    data = tmp_path / "data"
    up = command("up", "--data", str(data))
    assert up.exit_code == 0, up.output
    exported = dict(shlex.split(line)[1].split("=", 1) for line in up.stdout.splitlines())
    assert set(exported) == {"KAFKA_URL", "MONGO_URL", "REDIS_URL", "KAIROS_SENDING", "KAIROS_DAILY_LIMITS"}
    assert "Kafka ready in" in up.stderr
    with MongoClient[dict[str, object]](exported["MONGO_URL"]) as mongo:
        mongo.shop.users.insert_one({"_id": 1})
    with Redis.from_url(exported["REDIS_URL"]) as redis:
        redis.set("k", "v")

    running = command.json("up")
    assert running["urls"] == exported
    status = command.json("status")
    assert status["healthy"]
    assert status["data"] == str(data)
    assert [row["name"] for row in status["services"]] == ["kafka", "mongo", "redis"]
    assert "healthy" in command("status").stdout
    refused = command("up", "--data", str(tmp_path / "other"))
    assert refused.exit_code == 1
    assert "run already" in refused.stderr

    assert "services stopped" in command("down").stderr
    assert all(has_ended(pid) for pid in running["pids"].values())
    assert command("status").exit_code == 1
    assert "no services were running" in command("down").stderr

    assert command.json("up", "--data", str(data))["urls"] == exported
    with MongoClient[dict[str, object]](exported["MONGO_URL"]) as mongo:
        assert mongo.shop.users.find_one() == {"_id": 1}


def test_a_stand_in_for_openai_is_started_on_request(command: Command) -> None:
    """With its address and a key for the workers; services that run without it are not changed."""
    environment = command.json("up", "--gpt")["urls"]
    with OpenAI(api_key=environment["OPENAI_API_KEY"], base_url=environment["OPENAI_BASE_URL"]) as client:
        assert client.responses.create(model="gpt-5-nano", input="Hello").output_text
    status = command.json("status")
    assert status["healthy"]
    assert [row["name"] for row in status["services"]] == ["kafka", "mongo", "redis", "openai"]
    assert command.json("up")["urls"] == environment

    command("down")
    command.json("up")
    refused = command("up", "--gpt")
    assert refused.exit_code == 1
    assert "without openai" in refused.stderr


def test_services_end_with_a_killed_supervisor(command: Command) -> None:
    """After a SIGKILL of the supervisor nothing runs, and `status` reports it."""
    state = command.json("up")
    os.kill(state["supervisor"], signal.SIGKILL)
    until(lambda: all(has_ended(pid) for pid in state["pids"].values()))
    status = command("status", "--json")
    assert status.exit_code == 1
    assert json.loads(status.stdout) == {"running": False}


def test_a_failed_start_is_one_line(command: Command, tmp_path: Path) -> None:
    """It is an error of the command, and no service runs afterwards."""
    file = tmp_path / "file"
    file.write_text("not a folder")
    failed = command("up", "--data", str(file / "below"))
    assert failed.exit_code == 1
    assert failed.stderr.startswith("Error: ")
    assert len(failed.stderr.splitlines()) == 1
