"""The environment of the demo's processes, and the location of a running demo."""

from dataclasses import replace
from pathlib import Path

import pytest

from workers.demo.fleet import DemoError, DemoLocation, environment, error_text, read_location
from workers.runtime.process.settings import load

LOCATION = DemoLocation(
    "/tmp/kairos-x", "kafka://127.0.0.1:1", "mongodb://127.0.0.1:2", "redis://127.0.0.1:3/0"
)
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


def test_workers_get_the_settings_of_the_demo_only() -> None:
    """No setting, key or proxy of the caller's environment reaches a worker; PATH does."""
    worker_environment = environment(LOCATION.settings(), 9100, HOSTILE, Path("/tmp/kairos-x"))

    own = {"kairos_metrics_port": 9100, "kairos_instance": "demo"}
    assert load(worker_environment) == LOCATION.settings().model_copy(update=own)
    assert (worker_environment["PATH"], worker_environment["TMPDIR"]) == ("/bin", "/tmp/kairos-x")
    assert not {"OPENAI_ORG_ID", "FAUST_BROKER_URL", "https_proxy", "NO_PROXY", "KAFKA_URL_FILE"} & set(
        worker_environment
    )
    assert "production" not in str(worker_environment)


def test_with_gpt_workers_get_the_address_and_the_key_of_the_stand_in() -> None:
    """And not those of the caller's environment."""
    location = replace(LOCATION, gpt_url="http://127.0.0.1:4/v1")
    worker_environment = environment(location.settings(), 9100, HOSTILE, Path("/tmp/kairos-x"))

    assert worker_environment["OPENAI_BASE_URL"] == "http://127.0.0.1:4/v1"
    assert worker_environment["OPENAI_API_KEY"] == "stand-in"
    assert "OPENAI_API_KEY" not in environment(LOCATION.settings(), 9100, HOSTILE, Path("/tmp/kairos-x"))


def test_a_folder_without_a_demo_is_one_error_line(tmp_path: Path) -> None:
    """It names the folder and the command that starts a demo."""
    with pytest.raises(DemoError, match=f"no demo runs with its data in {tmp_path}"):
        read_location(tmp_path)


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
    """Worker, event and reason in one line; of a traceback the last line."""
    assert error_text(line) == text
