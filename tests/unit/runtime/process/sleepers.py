"""A supervisor of small processes: `sleep` ends on SIGTERM, `stubborn` ignores it, others exit at once."""

import os
import sys
import time

from workers.runtime.process.supervisor import Supervisor

BEGIN = (
    "import signal, sys, time; from workers.runtime.process.supervisor import end_with_parent; "
    "end_with_parent();"
)
PROGRAMS = {
    "sleep": "time.sleep(120)",
    "stubborn": "signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(120)",
    "fail": "sys.exit(3)",
    "poisoned": "sys.exit(6)",
    "refused": "sys.exit(7)",
    "misconfigured": "sys.exit(2)",
}


class Sleepers(Supervisor):
    """Runs the programs above in place of workers."""

    def command(self, name: str) -> list[str]:
        """The program of a name."""
        return [sys.executable, "-c", f"{BEGIN} {PROGRAMS[name]}"]


def main() -> None:
    """Start two, print their process ids, and wait to be killed."""
    fleet = Sleepers([(name, os.environ) for name in ("sleep", "stubborn")])
    fleet.start()
    print(*(child.process.pid for child in fleet.children if child.process), flush=True)
    time.sleep(120)


if __name__ == "__main__":
    main()
