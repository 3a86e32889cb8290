"""All that workers import, for processes that are forked from the one that has done so."""

import gc
from importlib import import_module

import mode.loop

mode.loop.use("uvloop")  # before anything of Faust is imported

from workers.runtime.process.fleet import WORKERS  # noqa: E402

for module in ("workers.cli", "workers.commands.worker", *(worker.module for worker in WORKERS)):
    import_module(module)
gc.freeze()  # what is imported stays, and its pages are shared
