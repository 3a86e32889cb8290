"""The process of a worker under measurement: `python -m tests.bench.worker NAME`, as `kairos worker` runs it.

NAME is a worker of the fleet, or `reference` for the reference job. BENCH_METER, BENCH_PROFILE and
BENCH_REQUESTS, if set, name the files of samples, profile and counters; BENCH_TREE says whose code it must
be.
"""

import sys

from tests.bench import meter, reference, request_counts, sampler, tree
from workers.cli import exit_code
from workers.commands.worker import run_one
from workers.runtime.metrics.endpoints import serve_endpoints
from workers.runtime.metrics.probes import PROBES
from workers.runtime.process import logs, settings
from workers.runtime.process.error_text import one_line
from workers.runtime.process.supervisor import end_with_parent


def main(name: str) -> None:
    """Run the worker until a signal; an error that a person can fix is one line and an exit code."""
    try:
        run(name)
    except Exception as error:
        code = exit_code(error)
        if code is None:
            raise
        print(f"kairos: {one_line(error)}", file=sys.stderr)
        sys.exit(code)


def run(name: str) -> None:
    """Run the worker of a name."""
    loaded = settings.load()
    logs.setup(name, loaded.kairos_log_level)
    end_with_parent()
    tree.check()
    meter.start()
    sampler.start()
    request_counts.start()
    if name != reference.NAME:
        run_one(name, loaded)
        return
    import mode.loop

    mode.loop.use("uvloop")  # before anything of Faust is imported
    from workers.runtime.runner.runner import Runner

    serve_endpoints(loaded.kairos_metrics_host, loaded.kairos_metrics_port, PROBES)
    Runner(name, (reference.STAGE,), loaded, others=(reference.OUTPUT,)).run()


if __name__ == "__main__":
    main(sys.argv[1])
