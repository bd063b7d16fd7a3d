"""How the web says no: one error, one body `{code, message, request_id}`, a fixed status for each code."""

from config.errors import FirstlineError

STATUS = {
    "bad_request": 400,
    "not_signed_in": 401,
    "token_expired": 401,
    "identity_invalid": 401,
    "identity_required": 401,
    "origin_denied": 403,
    "not_allowed": 403,
    "not_found": 404,
    "method_not_allowed": 405,
    "too_slow": 408,
    "too_late": 409,
    "too_large": 413,
    "file_refused": 415,
    "invalid": 422,
    "too_many": 429,
    "internal": 500,
    "unavailable": 503,
}
"""Every code that a peer can meet, with its status."""


class RefusedError(FirstlineError):
    """The request cannot be served."""

    def __init__(self, code: str, message: str, *, retry_after: float = 0) -> None:
        """Takes one of the codes above and a sentence that says what to do; seconds to wait if waiting helps."""
        super().__init__(message)
        self.code = code
        self.message = message
        self.retry_after = retry_after

    @property
    def status(self) -> int:
        """The HTTP status of the code."""
        return STATUS[self.code]
