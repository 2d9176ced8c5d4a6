"""Work that two processes share: calls that need nothing of each other.

In: a function and the arguments of its calls. Out: what each call returns, in their order. Either
process adds up by one thread, so that the same arguments give the same bytes on any machine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from joblib import Parallel, delayed, parallel_config

_AT_ONCE = 2

_T = TypeVar("_T")


def answers(function: Callable[..., _T], calls: Iterable[tuple[Any, ...]]) -> Iterator[_T]:
    """Yield what a function returns for each tuple of arguments, as soon as it is there."""
    with parallel_config("loky", inner_max_num_threads=1):
        yield from Parallel(n_jobs=_AT_ONCE, return_as="generator")(
            delayed(function)(*given) for given in calls
        )
