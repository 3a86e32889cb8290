"""Sends beacons to serve at a steady rate, from a process of its own.

    python -m tests.bench.beacon_sender ADDRESS COUNT RATE PREFIX FILE

FILE gets the `Answers` as JSON.
"""

import json
import sys
from pathlib import Path

import uvloop

from tests.integration.beaconing import send, views

PEOPLE = 5_000


def main(address: str, count: str, rate: str, prefix: str, file: str) -> None:
    """Send, then write what became of them."""
    answers = uvloop.run(send(address, views(int(count), PEOPLE, prefix), float(rate)))
    Path(file).write_text(json.dumps(answers._asdict()))


if __name__ == "__main__":
    main(*sys.argv[1:])
