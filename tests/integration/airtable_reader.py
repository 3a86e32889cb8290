"""A process that reads a table of Airtable again and again: `python -m tests.integration.airtable_reader N`.

It reads for N seconds, with the settings in its environment, and prints how often it has read the table.
"""

import subprocess
import sys
import threading
import time
from contextlib import suppress

from workers.product.airtable.base_pace import base_pace
from workers.product.airtable.refusals import AirtableRefusal
from workers.product.airtable.table_client import TableClient
from workers.runtime.process.settings import Settings, load


def start(settings: Settings, seconds: float) -> subprocess.Popen[str]:
    """A process that reads for so many seconds."""
    command = [sys.executable, "-m", "tests.integration.airtable_reader", str(seconds)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=settings.environment())


def result(process: subprocess.Popen[str]) -> int:
    """How often a process has read the table, when it has ended well."""
    output, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    return int(output.splitlines()[-1])


def main(seconds: float) -> int:
    """Read for so many seconds; returns how often the table was read to its end."""
    settings, stop = load(), threading.Event()
    assert settings.airtable_base is not None
    end, count = time.monotonic() + seconds, 0
    with base_pace(settings, settings.airtable_base, stop) as pace:
        table = TableClient(settings, settings.airtable_base, settings.airtable_table, pace, stop)
        while time.monotonic() < end:
            with suppress(AirtableRefusal):  # of a page that was asked for too late
                assert all(isinstance(page, list) for page in table.pages(None))
                count += 1
    return count


if __name__ == "__main__":
    print(main(float(sys.argv[1])), flush=True)
