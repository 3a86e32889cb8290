"""How many threads the products of matrices use."""

from contextlib import AbstractContextManager, nullcontext
from importlib import import_module
from typing import cast


def one_thread() -> AbstractContextManager[object]:
    """A context in which BLAS has one thread: more are slower on matrices as small as these.

    It changes nothing without threadpoolctl, which comes with the extra `evaluate`.
    """
    try:
        library = import_module("threadpoolctl")
    except ImportError:
        return nullcontext()
    return cast(AbstractContextManager[object], library.threadpool_limits(1))
