"""What the storage may refuse or fail with. Callers outside catch these, never an error of the SQL library."""

from bot.ports import UnavailableError
from config.errors import FirstlineError


class StorageError(FirstlineError):
    """The database refused or failed."""


class StorageDownError(StorageError, UnavailableError):
    """The database cannot be read or written just now; nothing was stored, try again."""


class OverloadedError(StorageError, UnavailableError):
    """Too much is waiting to be answered; nothing was stored, try again in a moment."""


class DataInUseError(StorageError):
    """Another firstline process already works on this data; stop it first."""


class NewerDataError(StorageError):
    """The database was written by a newer firstline; install that version or restore a backup."""
