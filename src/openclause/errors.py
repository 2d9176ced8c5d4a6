"""What can go wrong, in three kinds; every message says what, where, and what to do next."""


class OpenClauseError(Exception):
    """Base of all errors that openclause raises on purpose."""


class DocumentError(OpenClauseError):
    """A document cannot be read: missing, binary, too large, broken, or its reader is absent."""


class DataError(OpenClauseError):
    """A data file, corpus record or rule does not keep its format."""


class ModelError(OpenClauseError):
    """A model is missing, damaged, foreign, or made for another format version."""
