"""The session: the one place where the parts are put together, and what users hold."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .authorization import Tokens, TokenSource, with_headers
from .cache import DEFAULT_BUDGET, Cache
from .derivation import Derivations
from .errors import InvalidArgumentError
from .events import (
    Events,
    ImageLoaded,
    ImageLoadFailed,
    ImageLoadProgress,
    LoaderRegistered,
)
from .fetching import Fetch, HeadersHook, UrllibFetch, with_retries
from .image import DEFAULT_SAMPLE_LIMIT, Image
from .image_id import ImageId
from .importing import Imported, ImportProgress, import_files
from .kept_images import KeptImages
from .loaders import DEFAULT_LOADERS, Decode, Tools, builtin_loader
from .loading import Foreign, LoadOutcome, Loads, SharedImageLoad
from .local_files import LocalFile, LocalFiles, ReadWhole, local_address, read_whole, with_local_files
from .metadata import Metadata
from .pipeline import StepFunction, StepRegistration, Steps, uses_step
from .prefetching import StackPrefetch
from .registry import ImageLoader, LoadOptions, Registration, Registry
from .rendering import Renderer, Rgba
from .scheduling import DEFAULT_LIMITS, RequestPools, RequestType
from .view import View
from .volume import Volume, VolumeLoad, VolumeLoads

if TYPE_CHECKING:
    from .dicom.codecs import Decoded
    from .dicom.frames import EncodedFrame
    from .dicomweb import DicomWebServer
    from .identifiers import ImageIdentifiers

__all__ = ["Session"]


async def _already_there(package: str) -> None:
    """On the desktop, packages are installed beforehand."""


async def _decode_here(frame: EncodedFrame, options: LoadOptions) -> Decoded:
    """On the desktop, a frame is decoded where it is."""
    from .dicom.codecs import decode

    return decode(frame.codestream, frame.transfer_syntax, frame.description)


def _no_headers(url: str) -> Mapping[str, str]:
    return {}


class Session:
    """Loaders, cache, metadata, events and requests, put together.

    Everything is passed in: ``fetch`` gets bytes (default: the standard library's urllib), ``headers(url)``
    gives request headers, plainly or as an awaitable; where the server refuses them with status 401,
    ``renew_headers(url)`` is called or awaited, then ``headers(url)`` is asked again and the request repeated, once.
    ``require(package)`` makes a Python package importable,
    ``decode(frame, options)`` decodes a frame (default: here, with imagecodecs), ``read_whole(file)`` reads an opened
    file that an image is loaded from, ``foreign`` turns what foreign loaders give back into Python's forms.
    ``cache_bytes`` is the budget of the image cache, ``file_bytes`` that of the multi-frame files that are kept for
    their further frames, ``volume_bytes`` that of the volumes, of which none may be larger, ``limits`` how many
    requests of each type run at once, ``sample_limit`` the most samples (rows x columns x samples per pixel) that an
    image may have.
    """

    def __init__(
        self,
        *,
        fetch: Fetch | None = None,
        headers: HeadersHook = _no_headers,
        renew_headers: Callable[[str], object] | None = None,
        require: Callable[[str], Awaitable[None]] = _already_there,
        decode: Decode = _decode_here,
        read_whole: ReadWhole = read_whole,
        foreign: Foreign = lambda result: result,
        cache_bytes: int = DEFAULT_BUDGET,
        file_bytes: int = DEFAULT_BUDGET,
        volume_bytes: int = DEFAULT_BUDGET,
        limits: Mapping[RequestType, int] = DEFAULT_LIMITS,
        sample_limit: int = DEFAULT_SAMPLE_LIMIT,
    ) -> None:
        self.events = Events()
        self.metadata = Metadata()
        self.requests = RequestPools(limits)
        self.cache: Cache[Image] = Cache(cache_bytes)
        self._files: Cache[Any] = Cache(file_bytes)
        # what dicomfile:7 and local:7 name
        self.local_files = LocalFiles()
        self.local_files.on_close(self._forget_files)
        self._require = require
        self._registry = Registry(on_change=self._loader_changed)
        self._steps = Steps(on_change=self._step_changed)
        self._loads = Loads(self.requests, self._load_ended, foreign)
        self._derivations = Derivations()
        self._kept = KeptImages(self.cache, self._derivations, self.events.emit)
        self._renderer = Renderer()
        self.volumes: Cache[Volume] = Cache(volume_bytes)
        self._volume_loads = VolumeLoads(
            self.volumes,
            self._load_slice,
            leading_to=self._loads.leading_to,
            note=lambda name: self._derivations.note_lasting(self._loads.around, name),
            forget_sources=self._derivations.forget,
        )
        self._prefetch = StackPrefetch(
            lambda image_id, priority: self.load_and_cache_image(image_id, request_type="prefetch", priority=priority)
        )
        # looked up for each request, so that headers can be set while the session runs
        self.headers = headers
        self.renew_headers = renew_headers
        self.tokens = Tokens()
        network = with_retries(with_headers(fetch or UrllibFetch(), self._headers_for, self._renew_headers_for))
        fetch = with_local_files(network, self.local_files, read_whole)
        self._fetch = fetch
        # looked up for each load, as the headers are
        self.sample_limit = sample_limit
        tools = Tools(
            fetch,
            require,
            decode,
            self._files,
            lambda: self.sample_limit,
            self._volume_for_loader,
            self._image_for_loader,
            self._module_of,
            self._steps,
        )
        builtin = {module: builtin_loader(module, tools) for module in set(DEFAULT_LOADERS.values())}
        for scheme, module in DEFAULT_LOADERS.items():
            self._registry.register(scheme, builtin[module])
        self.metadata.add_provider(self._kept.metadata, -1000)

    @property
    def schemes(self) -> tuple[str, ...]:
        """The schemes that have a loader, sorted."""
        return self._registry.schemes

    def register_image_loader(self, scheme: str, loader: ImageLoader) -> Registration:
        """Let ``loader(image_id, options)`` load the image ids of ``scheme``.

        It gives an :class:`Image`, a numpy array ``(rows, columns[, 3|4])``, an awaitable of one, or an
        :class:`ImageLoadObject`. A loader that was registered for the scheme is replaced, and its images leave
        the cache.
        """
        return self._registry.register(scheme, loader)

    def register_unknown_image_loader(self, loader: ImageLoader | None) -> ImageLoader | None:
        """Let ``loader`` load the ids of schemes that have none (None: nobody does); returns the previous one."""
        return self._registry.register_unknown(loader)

    @property
    def steps(self) -> tuple[str, ...]:
        """The steps that ``pipe:`` ids can go through, sorted."""
        return self._steps.names

    def register_step(self, name: str, step: StepFunction) -> StepRegistration:
        """Let ``step(image, …)`` be the step ``name`` of pipelines: ``pipe:example:ct|name(2, mode=word)``.

        It is called with the image and what stands in the parentheses: numbers and texts. The pixels of a grey image
        are floats in modality units (``image.unit``) there, NaN where there is no pixel; those of a colour image are as
        they are stored. It gives an array in the same units, which lies where the image lies if it is as large, an
        :class:`Image` (``dataclasses.replace(image, pixels=…)`` keeps what it says of itself), or an awaitable of one.
        A step of that name, also a built-in one, is replaced, and the images that went through it leave the cache.
        """
        return self._steps.register(name, step)

    def load_image(
        self, image_id: str, *, request_type: RequestType = "interaction", priority: float = 0
    ) -> SharedImageLoad:
        """Load an image: await the result for the :class:`Image`, or call ``cancel()`` on it.

        Takes it from the cache, or shares a load in flight, but does not write the cache. Raises
        :class:`UnknownSchemeError` at once; everything later arrives as a :class:`LoadstoneError` when awaited.
        Must be called where an event loop runs.
        """
        return self._load(image_id, request_type, priority, cache=False)

    def load_and_cache_image(
        self, image_id: str, *, request_type: RequestType = "interaction", priority: float = 0
    ) -> SharedImageLoad:
        """As :meth:`load_image`, and keep the image in the cache."""
        return self._load(image_id, request_type, priority, cache=True)

    def cancel_load_image(self, image_id: str) -> bool:
        """Call off the load of ``image_id`` for all who wait for it; False where none is in flight."""
        return self._loads.cancel(image_id)

    def cancel_load_all(self) -> None:
        """Call off all loads in flight."""
        self._volume_loads.cancel_all()
        self._loads.cancel_all()

    async def open_files(
        self,
        files: Iterable[LocalFile],
        *,
        progress: Callable[[ImportProgress], object] = lambda progress: None,
    ) -> Imported:
        """Look into local files (DICOM, ZIP archives of it, pictures) and sort what they hold into studies.

        Only headers are read; ``progress`` hears of what was found so far. What can not be read is listed with its
        reason, nothing raises for it. What gave no image is closed again; the others stay open until
        :meth:`close_files`.
        """
        given = iter([self.local_files.add(files)])

        async def more() -> Sequence[int]:
            return next(given, ())

        return await import_files(self.local_files, more, require=self._require, progress=progress)

    def close_files(self, image_ids: Iterable[str]) -> None:
        """Be done with the opened files that hold these images, with all frames of each.

        Their images leave the cache, also those on display, loads under way are cancelled, and the files are let go; a
        ZIP archive with the last of its images. A later load raises a :class:`LocalFileError` that says so. Raises
        :class:`InvalidArgumentError`, and closes nothing, where an image is of no opened file.
        """
        addresses = {image_id: local_address(image_id) for image_id in image_ids}
        for image_id, address in addresses.items():
            if address is None:
                raise InvalidArgumentError(
                    f"{image_id} is no image of an opened file; give ids that open_files() gave, such as dicomfile:7"
                )
        self.local_files.close(address for address in addresses.values() if address is not None)

    def dicomweb(self, url: str, *, token: TokenSource | None = None) -> DicomWebServer:
        """The DICOMweb server whose services have the root ``url``, to search it and to get the ids of its images.

        ``token``, or what it gives when called or awaited, goes with all requests to the server's origin, also of
        images, and to no other; a function is asked again after a 401. Raises :class:`InvalidArgumentError`
        where ``url`` is no such address.
        """
        from .dicomweb import DicomWebServer

        server = DicomWebServer(url, fetch=self._fetch, require=self._require)
        if token is not None:
            self.tokens.set(url, token)
        return server

    async def fetch(self, url: str, options: LoadOptions | None = None) -> bytes:
        """The bytes at ``url``, for loaders of your own: with the session's headers, tokens and retries.

        ``options`` are those that the loader was called with; they hear of the progress. Cancelling the task that
        awaits it aborts the request. Raises :class:`FetchError`.
        """

        def progress(loaded: int, total: int | None) -> None:
            if options is not None:
                options.report_progress(url, loaded, total)

        return (await self._fetch(url, headers={}, progress=progress)).data

    async def identifiers(self, image_ids: Iterable[str]) -> tuple[ImageIdentifiers, ...]:
        """What the files of these images say of persons, before they are given to others; each file once.

        Files in which nothing is found are left out. Pixels are not looked into. See :mod:`loadstone.identifiers`.
        """
        from .identifiers import image_identifiers

        return await image_identifiers(
            image_ids, fetch=self._fetch, require=self._require, local_files=self.local_files
        )

    async def frames(self, image_id: str) -> tuple[str, ...]:
        """The ids of all frames of the file that ``image_id`` names; the id itself where there is one only."""
        image = await self.load_and_cache_image(image_id)
        if image.frame_count == 1:
            return (image_id,)
        parsed = ImageId.parse(image_id)
        first = image.first_frame_number
        return tuple(str(parsed.with_frame(index, first=first)) for index in range(image.frame_count))

    def volume(
        self,
        image_ids: str | Iterable[str],
        *,
        request_type: RequestType = "interaction",
        priority: float = 0,
        progress: Callable[[int, int], object] = lambda done, total: None,
    ) -> VolumeLoad:
        """Put images together to a volume: await the result for the :class:`Volume`, or call ``cancel()`` on it.

        ``image_ids`` are the slices in any order, or one id of a file with several frames, of which all are taken (of
        several volumes one after the other, as NIfTI has its times, the one that the frame is of), or the ``key`` of a
        volume that was made before. ``progress(done, total)`` hears of each image. The images go straight into the
        array, several at a time, and are not cached for it; those that are cached are used. Volumes are kept in
        ``session.volumes`` until its budget (1 GiB) is needed for others, a loader of their images is replaced or
        their files are closed; the same ids at the same time are loaded once.

        Gaps and uneven distances are filled by linear interpolation, of several images at one place the first given
        counts, values whose rescale differs are brought to floats in modality units: ``warnings`` tell so. Raises
        :class:`VolumeError` for what makes no volume and :class:`ImageTooLargeError` beyond the budget, when awaited.
        """
        return self._volume_loads.get(image_ids, request_type=request_type, priority=priority, progress=progress)

    def volume_key(self, image_ids: str | Iterable[str]) -> str:
        """The name that a volume of these images has in ``mpr:axial/0?volume=KEY``; nothing is loaded until then.

        Raises :class:`VolumeError` for no ids at all, and :class:`InvalidImageIdError`.
        """
        return self._volume_loads.know(image_ids)

    async def render(
        self, image_id: str, view: View, *, request_type: RequestType = "interaction", priority: float = 0
    ) -> Rgba:
        """Load and cache the image, and render it: RGBA of shape ``(view.height, view.width, 4)``, uint8."""
        image = await self.load_and_cache_image(image_id, request_type=request_type, priority=priority)
        return await self.paint(image, view)

    async def paint(self, image: Image, view: View) -> Rgba:
        """Render an image that is loaded already; what it sampled is kept for the next view of the same image."""
        if view.colormap != "gray":
            # the colour maps come with pydicom
            await self._require("pydicom")
        return self._renderer.render(image, view)

    def display(self, image_ids: Iterable[str]) -> None:
        """Tell which images are on display: they are never evicted from the cache."""
        self.cache.pin(image_ids)

    def prefetch(self, image_ids: Sequence[str], index: int) -> None:
        """Load the images around ``index`` of a stack in the prefetch pool; replaces what was prefetched before.

        Only as many as the cache has room for, taking them to be as large as the image at ``index``.
        """
        shown = self._kept.get(image_ids[index]) if 0 <= index < len(image_ids) else None
        room = None if shown is None else max(0, self.cache.maximum_size_in_bytes // shown.size_in_bytes - 1)
        self._prefetch.move_to(image_ids, index, at_most=room)

    def purge(self) -> None:
        """Let all images, volumes and kept files go, also those on display; their memory is free for others."""
        self._kept.purge()
        self.volumes.purge()
        self._files.purge()
        self._renderer = Renderer()

    def _volume_for_loader(self, images: str | tuple[str, ...], options: LoadOptions) -> VolumeLoad:
        return self.volume(images, request_type=options.request_type, priority=options.priority)

    def _image_for_loader(self, image_id: str, options: LoadOptions) -> SharedImageLoad:
        return self._load(image_id, options.request_type, options.priority, cache=True)

    async def _load_slice(self, image_id: str, request_type: RequestType, priority: float) -> tuple[Image, object]:
        image = await self._load(image_id, request_type, priority, cache=False)
        return image, self._module_of("imagePlaneModule", image)

    def _module_of(self, name: str, image: Image) -> object:
        module = self.metadata.get(name, image.image_id)
        if module is None and (read := image.metadata.get(name)) is not None:
            # an image that is not in the cache answers for itself
            module = read()
        return module

    async def _headers_for(self, url: str) -> Mapping[str, str]:
        given = self.headers(url)
        headers = await given if inspect.isawaitable(given) else given
        return {**headers, **await self.tokens.headers(url)}

    async def _renew_headers_for(self, url: str) -> bool:
        if self.tokens.renew(url):
            return True
        if self.renew_headers is None:
            return False
        renewed = self.renew_headers(url)
        if inspect.isawaitable(renewed):
            await renewed
        return True

    def _load(self, image_id: str, request_type: RequestType, priority: float, *, cache: bool) -> SharedImageLoad:
        around = self._loads.around
        if around:
            ImageId.parse(image_id)  # raises for what is none, before it is noted
            self._derivations.note(around, image_id)
        kept = self._kept.get(image_id)
        if kept is not None:
            done: asyncio.Future[Image] = asyncio.get_running_loop().create_future()
            done.set_result(kept)
            return SharedImageLoad(done)
        share = self._loads.join(image_id, request_type=request_type, priority=priority, cache=cache)
        if share is not None:
            return share
        loader = self._registry.find(image_id)

        def report_progress(url: str, loaded: int, total: int | None) -> None:
            self.events.emit(ImageLoadProgress(image_id, url, loaded, total))

        options = LoadOptions(request_type, priority, report_progress)
        return self._loads.start(image_id, loader, options, cache=cache)

    def _load_ended(self, outcome: LoadOutcome) -> None:
        if outcome.image is None:
            assert outcome.error is not None
            self._derivations.forget(outcome.image_id)
            self.events.emit(ImageLoadFailed(outcome.image_id, outcome.error))
            return
        # the image is kept before its events fire: a listener that asks for it finds it
        kept = self._kept.keep(outcome.image, outcome.decache) if outcome.wanted_in_cache else None
        if kept is None and outcome.image_id not in self.cache:
            self._derivations.forget(outcome.image_id)
        self.events.emit(ImageLoaded(outcome.image_id, outcome.image))
        if kept is not None:
            self.events.emit(kept)

    def _loader_changed(self, scheme: str) -> None:
        self._forget_images(scheme, lambda image_id: ImageId.parse(image_id).scheme == scheme)

    def _step_changed(self, name: str) -> None:
        self._forget_images("pipe", lambda image_id: uses_step(image_id, name))

    def _forget_images(self, scheme: str, is_made_so: Callable[[str], bool]) -> None:
        """Those that a loader of ``scheme`` would make differently now, and what is made from them."""
        derived = self._derivations.made_from(is_made_so)

        def belongs(image_id: str) -> bool:
            return image_id in derived or is_made_so(image_id)

        self._loads.detach(belongs)
        self._volume_loads.forget(belongs)
        forgotten = self._kept.remove(belongs)
        self.events.emit(LoaderRegistered(scheme, forgotten))

    def _forget_files(self, addresses: Sequence[str]) -> None:
        closed = frozenset(addresses)

        def belongs(name: str) -> bool:
            address = local_address(name)
            # an archive's members go with it
            return address is not None and (address in closed or address.partition("/")[0] in closed)

        derived = self._derivations.made_from(belongs)
        self._loads.cancel_those(belongs)
        self._volume_loads.forget(derived.__contains__)
        self._kept.remove(lambda name: belongs(name) or name in derived)
        for key in filter(belongs, self._files.keys()):
            self._files.remove(key)
        # it keeps what it sampled of the last image
        self._renderer = Renderer()
