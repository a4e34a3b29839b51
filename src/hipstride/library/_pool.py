"""Workers that examine files, and their answers in the order in which files were given.

The order matters: rows are written as if one file had been read after the other, so
that an import which was killed and one which was not come to the same library.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from types import TracebackType
from typing import Generic, NamedTuple, TypeVar

from hipstride.library._work import Job, Outcome, examine

__all__ = ["Answer", "Pool", "usable_cores"]

# A chunk of jobs goes to a worker at once: fewer letters, hardly more waiting.
_CHUNK_JOBS = 16
_CHUNK_BYTES = 4 * 2**20
_CHUNK_ITEMS = 500
# Starting workers anew takes a second; so many files are read as fast without.
_FEW_JOBS = 48
_GC_OBJECTS = 50_000
# Chunks under way for each worker; enough to keep it busy, little to hold in memory.
_CHUNKS_PER_WORKER = 3
_DIED = (
    "the process that read it was ended by the system, most likely for want of memory"
)

_OWN_MAINS = {"hipstride", "hipstride-script"}

T = TypeVar("T")
Answer = tuple[Job | T, Outcome | None]


def usable_cores() -> int:
    """Count the cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Pool(Generic[T]):
    """A queue of jobs before some workers, and of things that only keep their place.

    A class, because the queue, the workers and what waits for its turn live and end
    together.

    Parameters
    ----------
    folder : Path
        The library.
    workers : int
        How many processes; with 1 the files are examined in this one.
    """

    def __init__(self, folder: Path, workers: int) -> None:
        self._folder = folder
        self._workers = workers
        self._executor: ProcessPoolExecutor | None = None
        self._chunk: list[Job | T] = []
        self._chunk_jobs = 0
        self._chunk_bytes = 0
        self._waiting: deque[_Chunk[T]] = deque()
        self._jobs_given = 0
        if workers > 1 and _may_fork():
            # Now, while no other thread runs; a progress bar will start one.
            self._executor = _executor(workers)
            self._executor.submit(usable_cores)

    def __enter__(self) -> Pool[T]:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._executor is not None:
            self._executor.shutdown(wait=True, cancel_futures=True)

    def give(self, item: Job | T) -> Iterator[Answer[T]]:
        """Hand over a job, or a thing that keeps its place among them.

        Yields
        ------
        tuple
            What has been answered meanwhile, in the order in which it was given: the
            thing and None, or the job and its outcome.
        """
        self._chunk.append(item)
        if isinstance(item, Job):
            self._chunk_jobs += 1
            self._chunk_bytes += item.size_bytes
        if (
            self._chunk_jobs >= _CHUNK_JOBS
            or self._chunk_bytes >= _CHUNK_BYTES
            or len(self._chunk) >= _CHUNK_ITEMS
        ):
            self._send()
        while len(self._waiting) > _CHUNKS_PER_WORKER * self._workers:
            yield from self._next()
        while self._waiting and self._waiting[0].is_ready:
            yield from self._next()

    def finish(self) -> Iterator[Answer[T]]:
        """Give the answers to all that is still out."""
        self._send()
        while self._waiting:
            yield from self._next()

    def _send(self) -> None:
        if not self._chunk:
            return
        jobs = [one for one in self._chunk if isinstance(one, Job)]
        future = None
        self._jobs_given += len(jobs)
        is_worth_it = self._executor is not None or (
            self._jobs_given > _FEW_JOBS and _may_spawn()
        )
        if self._workers > 1 and jobs and is_worth_it:
            try:
                future = self._pool().submit(_examine_all, jobs, self._folder)
            except BrokenProcessPool:
                self._executor = None
        self._waiting.append(_Chunk(self._chunk, future))
        self._chunk, self._chunk_jobs, self._chunk_bytes = [], 0, 0

    def _next(self) -> Iterator[Answer[T]]:
        chunk = self._waiting.popleft()
        jobs = [one for one in chunk.items if isinstance(one, Job)]
        if chunk.future is None:
            outcomes = _examine_all(jobs, self._folder)
        else:
            try:
                outcomes = chunk.future.result()
            except BrokenProcessPool:
                # One of the files in flight did it: each is given a process of its own.
                self._executor = None
                outcomes = [_apart(job, self._folder) for job in jobs]
        answers = iter(outcomes)
        for item in chunk.items:
            if isinstance(item, Job):
                yield item, next(answers)
            else:
                yield item, None

    def _pool(self) -> ProcessPoolExecutor:
        if self._executor is None:
            self._executor = _executor(self._workers)
        return self._executor


class _Chunk(NamedTuple, Generic[T]):
    """Some items in order, and the answers to the jobs among them, when they come."""

    items: list[Job | T]
    future: Future[list[Outcome]] | None

    @property
    def is_ready(self) -> bool:
        return self.future is None or self.future.done()


def _may_fork() -> bool:
    """Tell whether workers may be forked: no other thread runs that they would miss.

    A fork shares the libraries that are loaded already, which saves a second a worker.
    """
    return sys.platform == "linux" and threading.active_count() == 1


def _may_spawn() -> bool:
    """Tell whether new processes may be started that do not share this one's memory.

    They begin by running the program's main file again, up to its guard. Our own has
    one, a notebook has no file, and of a script nobody knows: its files are read in
    this process.
    """
    main = sys.modules["__main__"]
    file = getattr(main, "__file__", None)
    return _may_fork() or file is None or Path(file).stem in _OWN_MAINS


def _executor(workers: int) -> ProcessPoolExecutor:
    context = multiprocessing.get_context("fork" if _may_fork() else "spawn")
    return ProcessPoolExecutor(workers, mp_context=context, initializer=_begin)


def _begin() -> None:
    """Leave Ctrl-C to the parent, and end when the parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # What is loaded stays: to look through it again and again for what could be let go
    # costs a tenth of the time.
    gc.freeze()
    gc.set_threshold(_GC_OBJECTS)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_follow, args=(parent.join,), daemon=True).start()


def _follow(wait: Callable[[], None]) -> None:
    wait()
    os._exit(1)


def _examine_all(jobs: Sequence[Job], folder: Path) -> list[Outcome]:
    return [examine(job, folder) for job in jobs]


def _apart(job: Job, folder: Path) -> Outcome:
    """Examine one file in a process of its own, which may die of it."""
    if not _may_spawn():
        return examine(job, folder)
    with _executor(1) as executor:
        try:
            return executor.submit(_examine_all, [job], folder).result()[0]
        except BrokenProcessPool:
            return Outcome(
                "unreadable", f"found a file too much for it; {_DIED}", is_passing=True
            )
