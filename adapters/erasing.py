"""Erases a customer for good, step by step, so that what was cut short is done by doing it again.

First his files, then everything in the database in one transaction, then the bytes that are left in its file. The
command line does it on a stopped server, the console on a running one.
"""

from datetime import datetime

import anyio.to_thread

from adapters.files import FileStore
from adapters.storage import persons
from adapters.storage.database import Database
from adapters.storage.persons import Person
from bot.crashpoint import reached


def erase_person(database: Database, files: FileStore, person: Person, now: datetime) -> None:
    """Erases a customer while nothing else writes."""
    _remove_files(files, person)
    database.write_now(lambda conn: persons.erase(conn, person, now))
    reached("erase_mid")
    persons.scrub(database.path)


async def erase_beside_traffic(database: Database, files: FileStore, person: Person, now: datetime) -> None:
    """Erases a customer while the server works; writes wait while the file is written anew.

    Raises:
        StorageDownError: The database cannot be written; the files may be gone, the rest is as it was.
    """
    await anyio.to_thread.run_sync(_remove_files, files, person)
    await database.write(lambda conn: persons.erase(conn, person, now))
    reached("erase_mid")
    await anyio.to_thread.run_sync(persons.scrub, database.path)


def _remove_files(files: FileStore, person: Person) -> None:
    for id_ in person.files:
        files.remove(id_)
    files.remove_of(person.customer.key)
