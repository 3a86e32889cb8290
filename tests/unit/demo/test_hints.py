"""The commands that the demo prints for another terminal."""

from dataclasses import replace

from workers.demo.fleet import DemoLocation
from workers.demo.hints import program

LOCATION = DemoLocation(
    "/tmp/kairos-x", "kafka://127.0.0.1:1", "mongodb://127.0.0.1:2", "redis://127.0.0.1:3/0", airtable_port=5
)


def test_the_printed_commands_use_this_demo() -> None:
    """They have its folder and address, and call the program as it was called."""
    called = program(".venv/bin/kairos", "/usr/bin/python3")
    lines = [
        *called.footer_lines(LOCATION, "user_007"),
        *called.hint_lines(LOCATION, "user_007", {"people": 9100}),
    ]

    assert "  .venv/bin/kairos demo --touch user_007 --data /tmp/kairos-x" in lines
    assert "  REDIS_URL=redis://127.0.0.1:3/0 .venv/bin/kairos explain user_001" in lines
    assert any("people 9100" in line for line in lines)
    assert any(line.startswith("  http://127.0.0.1:5/control/table?base=app") for line in lines)
    assert not any("control/traffic" in line for line in lines)
    assert program("/a/workers/__main__.py", "/usr/bin/python3").call == "/usr/bin/python3 -m workers"


def test_with_gpt_it_is_said_how_it_is_steered() -> None:
    """At the stand-in's own address."""
    location = replace(LOCATION, gpt_url="http://127.0.0.1:4/v1")
    lines = program("kairos", "python3").hint_lines(location, "user_007", {})

    assert "  curl http://127.0.0.1:4/control/traffic" in lines
    assert any(line.endswith("http://127.0.0.1:4/control/settings") for line in lines)
