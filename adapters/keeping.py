"""Work that keeps what it makes does it without the garbage collector."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def keeping_everything() -> Iterator[None]:
    """Collects no garbage, in no thread: who reads a desk keeps what he makes, and looking through it cost a third.

    A desk has at most 10 MiB of content, so what is kept is bounded. Two may overlap: the first that ends begins to
    collect again, which costs the other one time and nothing else.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
