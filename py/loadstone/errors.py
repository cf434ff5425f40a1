"""Everything that a user of Loadstone can meet as an error.

    LoadstoneError
    ├── InvalidArgumentError      a value that was passed in can not be used
    ├── InvalidImageIdError       the text is no image id
    ├── UnknownSchemeError        no loader is registered for the scheme
    ├── LoaderError               a loader raised, rejected, or gave back something else than an image
    ├── LoadCancelledError        the load was cancelled before it ended
    ├── FetchError                no usable answer came over the network, or from a file
    │   ├── HttpStatusError       the server answered with an error status
    │   ├── ConnectionFailedError nothing answered at the address
    │   ├── CrossOriginError      the server answers, but does not allow this page to read (CORS)
    │   └── LocalFileError        a file that was opened here can not be read
    ├── DecodeError               the bytes are not the image they should be
    │   ├── NotAnImageError       the format is not recognised at all
    │   ├── TruncatedError        the bytes end too soon
    │   └── UnsupportedTransferSyntaxError
    ├── ImageTooLargeError        the image would need more pixels than the limit allows
    ├── FrameIndexError           the file has no such frame
    ├── VolumeError               the images make no volume
    ├── PhantomError              there is no such phantom, or an argument of its image id is wrong
    ├── PipelineError             a pipeline's id can not be read, or one of its steps failed
    ├── MetadataProviderError     a metadata provider raised
    └── PackageError              a Python package that a loader needs could not be loaded

Each message names the value that was wrong and the next step; the foreign error that led to it is
kept as ``__cause__``. ``image_id`` is set once an image id is known.
"""

from __future__ import annotations

__all__ = [
    "ConnectionFailedError",
    "CrossOriginError",
    "DecodeError",
    "FetchError",
    "FrameIndexError",
    "HttpStatusError",
    "ImageTooLargeError",
    "InvalidArgumentError",
    "InvalidImageIdError",
    "LoadCancelledError",
    "LoaderError",
    "LoadstoneError",
    "LocalFileError",
    "MetadataProviderError",
    "NotAnImageError",
    "PackageError",
    "PhantomError",
    "PipelineError",
    "TruncatedError",
    "UnknownSchemeError",
    "UnsupportedTransferSyntaxError",
    "VolumeError",
]


class LoadstoneError(Exception):
    """The root of the tree; catch it to catch everything that Loadstone raises on purpose."""

    def __init__(self, message: str, *, image_id: str | None = None) -> None:
        super().__init__(message)
        self.image_id = image_id


class InvalidArgumentError(LoadstoneError, ValueError):
    """A value that was passed in can not be used."""


class InvalidImageIdError(LoadstoneError, ValueError):
    """The text is no image id of the form ``scheme:rest``."""


class UnknownSchemeError(LoadstoneError, LookupError):
    """No loader is registered for the scheme, and there is no unknown-image loader."""


class LoaderError(LoadstoneError):
    """A loader raised, rejected, or gave back something that is no image."""


class LoadCancelledError(LoadstoneError):
    """The load was cancelled before an image came of it."""


class FetchError(LoadstoneError):
    """No usable answer came over the network, or from a file."""


class HttpStatusError(FetchError):
    """The server answered with an error status.

    ``status`` is the HTTP status code, ``retry_after`` the seconds that the server asked to wait, if any.
    """

    def __init__(self, message: str, *, status: int, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.retry_after = retry_after


class ConnectionFailedError(FetchError):
    """Nothing answered at the address."""


class CrossOriginError(FetchError):
    """The server answers, but does not allow this page's origin to read the answer (CORS)."""


class LocalFileError(FetchError):
    """A file that was opened here, or a member of a ZIP archive, can not be read."""


class DecodeError(LoadstoneError):
    """The bytes are not the image that they should be."""


class NotAnImageError(DecodeError):
    """The format of the bytes is not recognised."""


class TruncatedError(DecodeError):
    """The bytes end before the image does."""


class UnsupportedTransferSyntaxError(DecodeError):
    """No decoder here reads the transfer syntax."""


class ImageTooLargeError(LoadstoneError):
    """The image would need more samples than the limit allows, or more memory than there is; nothing is allocated."""


class FrameIndexError(LoadstoneError, IndexError):
    """The file has no frame of that number."""


class VolumeError(LoadstoneError):
    """The images can not be put together to a volume."""


class PhantomError(LoadstoneError, ValueError):
    """There is no such phantom, or an argument of its image id can not be used."""


class PipelineError(LoadstoneError):
    """The id of a pipeline can not be read, or one of its steps can not be done.

    ``step`` is that step as the id has it, ``number`` its place from 1, and ``input_id`` the image that it was to work
    on; None where the id can not be read.
    """

    def __init__(
        self,
        message: str,
        *,
        image_id: str | None = None,
        step: str | None = None,
        number: int | None = None,
        input_id: str | None = None,
    ) -> None:
        super().__init__(message, image_id=image_id)
        self.step = step
        self.number = number
        self.input_id = input_id


class MetadataProviderError(LoadstoneError):
    """A metadata provider raised instead of answering."""


class PackageError(LoadstoneError, ImportError):
    """A Python package that is needed could not be loaded."""
