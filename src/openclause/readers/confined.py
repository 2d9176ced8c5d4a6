"""Readers of packed formats, each document in a process of its own that can do no harm.

In: the name of a reader and bytes. Out: what the reader makes of them. A few kilobytes of PDF or
DOCX can ask for hours and for all memory there is; the process is given so much of both and no
more, and what becomes of it is one DocumentError. Where no process can be started, the document is
read here, under the readers' own limits alone.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module

import msgspec

from openclause.errors import DocumentError
from openclause.readers import Content

CPU_S = 60
WALL_S = 180  # on a busy machine a process waits for others
MEMORY = 1_000_000_000  # bytes of address space

# The search path comes from here: the folder that a user stands in must not be on it.
_START = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from openclause.readers.confined import serve; serve(*sys.argv[2:])"
)
_SLOW = "takes more than {} seconds to be read; save the part with the license as text"
_LARGE = "needs more than {} MB of memory to be read; save the part with the license as text"


class _Answer(msgspec.Struct):
    """What the process says: what it read, or the words of an error."""

    content: Content | None = None
    error: str = ""


def read(reader: str, data: bytes, *, encoding: str = "") -> Content:
    """Read `data` by the module `reader` of this package, in a process under limits.

    Parameters
    ----------
    reader
        `pdf`, `docx` or `html`.
    encoding
        For `html`, what the page was decoded from; `data` is its text in UTF-8.

    Raises
    ------
    DocumentError
        As the reader does, and when reading takes more than `CPU_S` seconds or `MEMORY` bytes.
    """
    path = json.dumps([folder for folder in sys.path if folder])
    command = [sys.executable, "-I", "-W", "ignore", "-c", _START, path, reader, encoding]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=WALL_S, check=False)
    except subprocess.TimeoutExpired as error:
        raise DocumentError(_SLOW.format(WALL_S)) from error
    except (OSError, ValueError):
        return _read(reader, data, encoding)
    try:
        answer = msgspec.msgpack.decode(done.stdout, type=_Answer)
    except msgspec.DecodeError as error:
        raise DocumentError(_died(done.returncode)) from error
    if answer.content is None:
        raise DocumentError(answer.error)
    return answer.content


def serve(reader: str, encoding: str) -> None:
    """Read what stands on stdin and write the answer to stdout, under limits."""
    _limit()
    try:
        answer = _Answer(content=_read(reader, sys.stdin.buffer.read(), encoding))
    except DocumentError as error:
        answer = _Answer(error=str(error))
    except (MemoryError, RecursionError):
        answer = _Answer(error=_LARGE.format(MEMORY // 1_000_000))
    sys.stdout.buffer.write(msgspec.msgpack.encode(answer))


def _read(reader: str, data: bytes, encoding: str) -> Content:
    read: Callable[..., Content] = import_module(f"openclause.readers.{reader}").read
    return read(data.decode(), encoding=encoding) if encoding else read(data)


def _limit() -> None:
    """Take limits where the system knows them."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S + 1))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _died(code: int) -> str:
    """Say what a process without an answer died of: the clock, else most likely memory."""
    import signal

    clock = {-getattr(signal, "SIGXCPU", 0), -getattr(signal, "SIGKILL", 0)}
    return _SLOW.format(CPU_S) if code in clock else _LARGE.format(MEMORY // 1_000_000)
