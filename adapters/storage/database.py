"""The SQLite file: one writer thread with group commit, a few reader threads, one process.

The rest of the storage hands in plain functions of a connection and does not know which database it talks to.
What is particular to SQLite stands here and in `migrating`.
"""

import asyncio
import fcntl
import os
import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from adapters.storage.errors import DataInUseError, StorageDownError
from adapters.storage.migrating import check_version, migrate
from bot.crashpoint import reached

T = TypeVar("T")

BUSY_MS = 5_000
"""How long SQLite waits for a lock of another process, such as a backup tool."""
GROUP_SECONDS = 0.005
"""Waiting writes join a commit as long as it has been open for less than this."""
GROUP_SIZE = 100
READERS = 3
FILE = "firstline.db"


@dataclass(slots=True)
class _Write:
    """One function waiting for the writer, and whom to tell."""

    function: Callable[[Connection], Any]
    future: asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop
    value: Any = None
    error: BaseException | None = None

    def tell(self) -> None:
        """Answers whoever waits, unless he has gone; runs in his event loop."""
        if self.future.done():
            return
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.value)


class Database:
    """The data of one firstline. Open it once per process and close it at the end."""

    def __init__(self, folder: Path, *, writable: bool = True) -> None:
        """Takes the lock, brings the tables up to date and starts the threads.

        Args:
            folder: The data folder; it is made if it does not exist.
            writable: False opens it for reading beside a running server, without lock and without migration.

        Raises:
            DataInUseError: Another process holds the lock.
            NewerDataError: A newer firstline wrote the data.
            StorageDownError: The folder or the file cannot be used.
        """
        self.folder = folder
        self.path = folder / FILE
        self._lock = _take_lock(folder) if writable else None
        self._writer_engine = _build_engine(self.path, "writes")
        self._reader_engine = _build_engine(self.path, "reads")
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="storage-reader")
        self._writes: queue.SimpleQueue[_Write | None] = queue.SimpleQueue()
        self._writer: threading.Thread | None = None
        with ExitStack() as undo:
            undo.callback(self.close)
            self._prepare(writable)
            undo.pop_all()

    def _prepare(self, writable: bool) -> None:
        if not writable:
            self.read_now(check_version)
            return
        engine = _build_engine(self.path, "migrates")
        try:
            with engine.connect() as conn:
                migrate(conn)
        except OperationalError as error:
            raise StorageDownError(f"{self.path} cannot be used: {error.orig}") from error
        finally:
            engine.dispose()
        self._writer = threading.Thread(target=self._run_writer, name="storage-writer")
        self._writer.start()

    async def write(self, function: Callable[[Connection], T]) -> T:
        """Runs a function in a transaction and returns its value once that is on disk.

        Several waiting functions share one commit; one that raises takes back only its own changes.

        Raises:
            StorageDownError: The database could not be written; nothing of this function was kept.
        """
        if self._writer is None:
            raise StorageDownError("The database is closed, or open only for reading.")
        loop = asyncio.get_running_loop()
        write = _Write(function, loop.create_future(), loop)
        self._writes.put(write)
        value: T = await write.future
        return value

    async def read(self, function: Callable[[Connection], T]) -> T:
        """Runs a function on a snapshot of what is committed.

        Raises:
            StorageDownError: The database could not be read.
        """
        return await asyncio.get_running_loop().run_in_executor(self._readers, self.read_now, function)

    def read_now(self, function: Callable[[Connection], T]) -> T:
        """Does the same at once, in this thread: for the command line and at start."""
        try:
            with _begin(self._reader_engine, "BEGIN") as conn:
                return function(conn)
        except (OperationalError, sqlite3.OperationalError) as error:
            raise StorageDownError(f"The database cannot be read: {error}") from error

    def write_now(self, function: Callable[[Connection], T]) -> T:
        """Does a write at once, in this thread: for the command line and at start, before there is traffic."""
        try:
            with _begin(self._writer_engine, "BEGIN IMMEDIATE") as conn:
                return function(conn)
        except (OperationalError, sqlite3.OperationalError) as error:
            raise StorageDownError(f"The database cannot be written: {error}") from error

    def close(self) -> None:
        """Finishes the writes that were handed in, then lets go of file and lock."""
        if self._writer is not None:
            self._writes.put(None)
            self._writer.join()
            self._writer = None
        self._readers.shutdown()
        self._reader_engine.dispose()
        self._writer_engine.dispose()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _run_writer(self) -> None:
        """The writer thread: everything that waits goes into one commit, then the next."""
        closing = False
        while not closing:
            first = self._writes.get()
            if first is None:
                return
            group = [first]
            try:
                closing = self._write_group(group)
            except (SQLAlchemyError, sqlite3.Error) as error:
                for write in group:
                    write.error = StorageDownError(f"The database cannot be written: {error}")
            _tell(group)

    def _write_group(self, group: list[_Write]) -> bool:
        """Runs the first write and those that come meanwhile in one transaction; True once it is time to end."""
        until = time.monotonic() + GROUP_SECONDS
        closing = False
        with _begin(self._writer_engine, "BEGIN IMMEDIATE") as conn:
            _run_one(conn, group[0])
            while len(group) < GROUP_SIZE and time.monotonic() < until and not closing:
                try:
                    write = self._writes.get_nowait()
                except queue.Empty:
                    break
                if write is None:
                    closing = True
                else:
                    group.append(write)
                    _run_one(conn, write)
            reached("mid_transaction")
        return closing


class _Savepoint:
    """Runs one write of a group so that its failure harms no other and goes to who waits for it."""

    def __init__(self, conn: Connection, write: _Write) -> None:
        self.sqlite = _raw(conn)
        self.write = write

    def __enter__(self) -> None:
        self.sqlite.execute("SAVEPOINT one")

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> bool:
        if isinstance(error, OperationalError | sqlite3.OperationalError):
            return False  # the database itself is in trouble: the whole group is taken back
        if error is not None:
            self.write.error = error
            self.sqlite.execute("ROLLBACK TO one")
        self.sqlite.execute("RELEASE one")
        return True


def _run_one(conn: Connection, write: _Write) -> None:
    with _Savepoint(conn, write):
        write.value = write.function(conn)


def _tell(group: list[_Write]) -> None:
    """Answers all who waited for a commit, with one wake-up of each event loop."""
    for loop in {write.loop for write in group}:
        mine = [write for write in group if write.loop is loop]
        if not loop.is_closed():
            loop.call_soon_threadsafe(_tell_all, mine)


def _tell_all(group: list[_Write]) -> None:
    for write in group:
        write.tell()


def _take_lock(folder: Path) -> int:
    """Holds the lock file for the life of the process; the operating system frees it even after `kill -9`."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = os.open(folder / (FILE + ".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StorageDownError(f"The data folder {folder} cannot be used: {error.strerror}.") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        holder = os.pread(lock, 20, 0).decode("ascii", "replace").strip()
        os.close(lock)
        who = f" (process {holder})" if holder else ""
        raise DataInUseError(
            f"Another firstline{who} already works on {folder}. Stop it first, or give another folder with --data."
        ) from error
    os.ftruncate(lock, 0)
    os.pwrite(lock, str(os.getpid()).encode(), 0)
    return lock


def _build_engine(path: Path, use: Literal["reads", "writes", "migrates"]) -> Engine:
    engine = create_engine(
        f"sqlite:///{path}",
        pool_size=READERS + 2 if use == "reads" else 1,
        max_overflow=0,
        query_cache_size=1_000,
        connect_args={"check_same_thread": False, "timeout": BUSY_MS / 1000},
    )

    @event.listens_for(engine, "connect")
    def _connect(connection: sqlite3.Connection, _: object) -> None:
        connection.isolation_level = None  # transactions are begun by `_begin`, not by the driver
        settings = ["foreign_keys=ON", "synchronous=FULL", "temp_store=MEMORY"]
        settings += ["query_only=ON"] if use == "reads" else ["journal_mode=WAL", "journal_size_limit=67108864"]
        for setting in settings:
            connection.execute(f"PRAGMA {setting}")

    if use == "migrates":

        @event.listens_for(engine, "begin")
        def _begin_step(conn: Connection) -> None:
            conn.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _raw(conn: Connection) -> sqlite3.Connection:
    """The driver's connection: for words about transactions the way through SQLAlchemy is ten times as long."""
    connection = conn.connection.dbapi_connection
    assert isinstance(connection, sqlite3.Connection)
    return connection


@contextmanager
def _begin(engine: Engine, word: str) -> Iterator[Connection]:
    """A transaction: committed at the end, taken back by an error."""
    with engine.begin() as conn:
        _raw(conn).execute(word)
        yield conn
