"""`kairos demo`, as a person runs it, in an environment that points elsewhere."""

import os
import re
import subprocess
import sys

import pytest

pytestmark = [pytest.mark.wire, pytest.mark.timeout(150)]
LIMIT_SECONDS = 130
HOSTILE = {
    "KAFKA_URL": "kafka://127.0.0.1:1",
    "MONGO_URL": "nonsense",
    "REDIS_URL_FILE": "/nowhere/redis",
    "OPENAI_API_KEY": "sk-not-to-be-used",
    "OPENAI_BASE_URL": "http://127.0.0.1:1/v1",
    "KAIROS_PREFIX": "production-",
    "KAIROS_PARTITIONS": "none",
    "KAIROS_POLICY": "/nowhere/policy.toml",
    "HTTPS_PROXY": "http://127.0.0.1:1",
}


def test_demo_once_shows_everything_and_ends_well() -> None:
    """Profiles, decisions and mails come, the sample person's are right, nothing outside has an effect."""
    done = subprocess.run(
        [sys.executable, "-m", "workers", "demo", "--once", "--limit", str(LIMIT_SECONDS)],
        env={**os.environ, **HOSTILE},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    out = done.stdout

    assert done.returncode == 0, out[-3000:] + done.stderr
    assert re.search(r"live after \d+ s: 200 people: \d+ send, \d+ ask, \d+ wait \(cooldown \d+, ", out)
    for tag in ("change", "profile", "decision", "mail"):
        assert re.search(rf"^\d\d:\d\d:\d\d {tag} +user_\d+ ", out, re.MULTILINE), tag
    assert re.search(r" mail +user_001 Sarah Chen +\[MOCK\] ", out)
    assert re.search(r" profile .* \[\d+ ms\]$", out, re.MULTILINE)
    assert "profile, decision and mail as they should be" in " ".join(re.sub("[│\n]", " ", out).split())
    assert "@" not in out
    assert "\x1b" not in out
