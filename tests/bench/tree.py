"""Whose code is measured: the folder of the workers that this process has imported.

`python -m tests.bench.compare` runs the benches of this tree over the workers of another.
"""

import os
from pathlib import Path

import workers

VARIABLE = "BENCH_TREE"  # the folder that the workers must come from, in every process of a bench


def measured() -> Path:
    """The folder of the workers that this process runs."""
    return Path(workers.__file__).resolve().parents[1]


def check() -> None:
    """Raise RuntimeError when this process runs other workers than BENCH_TREE names."""
    wanted = os.environ.get(VARIABLE)
    if wanted and measured() != Path(wanted).resolve():
        raise RuntimeError(f"this process runs the workers of {measured()}, not those of {wanted}")


def environment(workers_of: Path, tests_of: Path) -> dict[str, str]:
    """Variables with which Python imports workers from one tree, and `tests` from a folder with nothing else.

    Neither the current folder nor an installed package comes before them.
    """
    path = os.pathsep.join(map(str, (tests_of, workers_of)))
    return {"PYTHONPATH": path, "PYTHONSAFEPATH": "1", VARIABLE: str(workers_of)}
