"""What the demo's processes get to see, and what the demo tells of where it is."""

import signal
from pathlib import Path

import pytest

from workers.demo.fleet import DemoError, DemoLocation, environment, error_text, find
from workers.demo.hints import program
from workers.demo.run import limited
from workers.runtime.process.settings import load

PLACE = DemoLocation("/tmp/kairos-x", "kafka://127.0.0.1:1", "mongodb://127.0.0.1:2", "redis://127.0.0.1:3/0")
HOSTILE = {
    "KAFKA_URL": "kafka://production:9092",
    "KAFKA_URL_FILE": "/run/secrets/kafka",
    "OPENAI_API_KEY": "sk-secret",
    "OPENAI_API_KEY_FILE": "/run/secrets/openai",
    "OPENAI_ORG_ID": "org",
    "KAIROS_PREFIX": "prod-",
    "KAIROS_INSTANCE": "prod-1",
    "KAIROS_POLICY": "/etc/policy.toml",
    "FAUST_BROKER_URL": "kafka://production:9092",
    "https_proxy": "http://proxy:3128",
    "NO_PROXY": "*",
    "PATH": "/bin",
}


def test_workers_see_the_demo_and_nothing_else() -> None:
    """No setting, key or proxy of the outside reaches a worker; what it needs to run does."""
    found = environment(PLACE.settings(), 9100, HOSTILE, Path("/tmp/kairos-x"))

    own = {"kairos_metrics_port": 9100, "kairos_instance": "demo"}
    assert load(found) == PLACE.settings().model_copy(update=own)
    assert (found["PATH"], found["TMPDIR"]) == ("/bin", "/tmp/kairos-x")
    assert not {"OPENAI_ORG_ID", "FAUST_BROKER_URL", "https_proxy", "NO_PROXY", "KAFKA_URL_FILE"} & set(found)
    assert "production" not in str(found)


def test_a_demo_that_does_not_run_is_one_line(tmp_path: Path) -> None:
    """The folder is named, and how to start one."""
    with pytest.raises(DemoError, match=f"no demo runs with its data in {tmp_path}"):
        find(tmp_path)


def test_the_commands_to_paste_name_this_demo() -> None:
    """They hold the folder and the address, and call the program as it was called."""
    called = program(".venv/bin/kairos", "/usr/bin/python3")
    lines = [*called.foot(PLACE, "user_007"), *called.hints(PLACE, "user_007", {"people": 9100})]

    assert "  .venv/bin/kairos demo --touch user_007 --data /tmp/kairos-x" in lines
    assert "  REDIS_URL=redis://127.0.0.1:3/0 .venv/bin/kairos explain user_001" in lines
    assert any("people 9100" in line for line in lines)
    assert program("/a/workers/__main__.py", "/usr/bin/python3").call == "/usr/bin/python3 -m workers"


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (
            '{"level": "error", "worker": "mail", "event": "leaving", "error": "KafkaError: gone"}',
            "mail: leaving: KafkaError: gone",
        ),
        (
            '{"level": "critical", "worker": "route", "event": "ended", "exception": "Trace\\nOSError: no"}',
            "route: ended: OSError: no",
        ),
        ('{"level": "warning", "event": "slow"}', None),
        ("Killed", None),
        ('\x1b[?25h{"level": "error", "worker": "mail", "event": "left"}', "mail: left"),
        ("7", None),
    ],
)
def test_errors_are_found_in_the_workers_log(line: str, text: str | None) -> None:
    """Who failed and why, in one line; a trace is told by its last line."""
    assert error_text(line) == text


def test_the_limit_ends_what_takes_too_long() -> None:
    """After the time there is an error that says so, and the alarm is gone."""
    with pytest.raises(DemoError, match="not through within 1 s"), limited(1):
        signal.pause()

    assert signal.alarm(0) == 0
