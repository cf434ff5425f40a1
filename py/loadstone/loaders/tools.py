"""What the session hands to the built-in loaders."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from ..cache import Cache
from ..fetching import Fetch
from ..registry import ImageLoader, LoadOptions

if TYPE_CHECKING:
    from ..dicom.codecs import Decoded
    from ..dicom.frames import EncodedFrame
    from ..image import Image
    from ..pipeline import Steps
    from ..volume import Volume

__all__ = ["CreateLoader", "Decode", "Tools"]


class Decode(Protocol):
    """Decodes one frame; raises :class:`DecodeError` only. Cancelling the task that awaits it gives the frame up."""

    async def __call__(self, frame: EncodedFrame, options: LoadOptions) -> Decoded: ...


@dataclass(frozen=True, eq=False)
class Tools:
    """``fetch`` gets bytes; ``require(package)`` makes a Python package importable (in the page, by loading it);
    ``decode`` decodes one frame's codestream (in the page, in an interpreter of its own); ``files`` keeps parsed
    files for further frames; ``sample_limit()`` is the most samples that an image may have at this time;
    ``volume(images, options)`` puts image ids together to a volume, or finds the one of a key;
    ``load_image(image_id, options)`` loads another image and caches it, ``module(name, image)`` reads a metadata module
    of it; ``steps`` are those of pipelines."""

    fetch: Fetch
    require: Callable[[str], Awaitable[None]]
    decode: Decode
    files: Cache[Any]
    sample_limit: Callable[[], int]
    volume: Callable[[str | tuple[str, ...], LoadOptions], Awaitable[Volume]]
    load_image: Callable[[str, LoadOptions], Awaitable[Image]]
    module: Callable[[str, Image], object]
    steps: Steps


class CreateLoader(Protocol):
    def __call__(self, tools: Tools) -> ImageLoader: ...
