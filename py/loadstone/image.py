"""The image: stored pixels, and what is needed to show them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from .errors import LoaderError

__all__ = [
    "DEFAULT_SAMPLE_LIMIT",
    "Image",
    "ImageLoadObject",
    "LineageStep",
    "LookupTable",
    "Overlay",
    "OverlayKind",
    "Pixels",
    "Shutter",
    "VoiLutFunction",
    "Window",
]

# an image of more samples (rows x columns x samples per pixel) is refused before memory is asked for
DEFAULT_SAMPLE_LIMIT = 512 * 1024**2

Pixels = NDArray[np.generic]
VoiLutFunction = Literal["LINEAR", "LINEAR_EXACT", "SIGMOID"]
OverlayKind = Literal["G", "R"]


@dataclass(frozen=True)
class Window:
    """One VOI window: ``center`` and ``width`` in modality units, with its explanation from the file."""

    center: float
    width: float
    explanation: str = ""


@dataclass(frozen=True, eq=False)
class LookupTable:
    """A modality or VOI look-up table (PS3.3 C.11.1.1, C.11.2.1.1).

    ``entries`` is one-dimensional; the input value ``first_mapped`` takes the first entry, all below it too,
    and all above the last entry take the last. Entries use ``bits`` bits.
    """

    entries: NDArray[np.integer[Any]]
    first_mapped: int
    bits: int
    explanation: str = ""


@dataclass(frozen=True, eq=False)
class Overlay:
    """One overlay plane of one frame (PS3.3 C.9.2): graphics (``kind`` G) or a region of interest (R).

    ``bits`` is boolean, shape ``(rows, columns)``. ``origin`` is the row and column of its upper left bit, counted
    as DICOM counts: the image's first pixel is (1, 1); it may lie beside the image.
    """

    bits: NDArray[np.bool_] = field(repr=False)
    origin: tuple[int, int] = (1, 1)
    kind: OverlayKind = "G"
    label: str = ""
    description: str = ""

    @property
    def rows(self) -> int:
        return int(self.bits.shape[0])

    @property
    def columns(self) -> int:
        return int(self.bits.shape[1])


@dataclass(frozen=True, eq=False)
class Shutter:
    """A display shutter (PS3.3 C.7.6.11, C.7.6.15): only what lies within all of its shapes is seen.

    Rows and columns are counted as DICOM counts: the centre of the image's first pixel is (1, 1). ``rectangle`` is
    the first and last row and the first and last column that are seen; ``circle`` the row and column of the centre
    and the radius in columns; ``polygon`` the row and column of each vertex; the set bits of ``bitmap`` are hidden.
    ``color`` takes the place of what is hidden, as RGB.
    """

    rectangle: tuple[float, float, float, float] | None = None
    circle: tuple[float, float, float] | None = None
    polygon: tuple[tuple[float, float], ...] = ()
    bitmap: Overlay | None = None
    color: tuple[int, int, int] = (0, 0, 0)


@dataclass(frozen=True)
class LineageStep:
    """One computation that led to an image.

    ``step`` names it with its arguments, as image ids do: ``gaussian(2)``. ``image_id`` is the id of what came of it,
    ``sources`` are the ids of the images that went into it.
    """

    step: str
    image_id: str
    sources: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Image:
    """One image as it is stored, and the meaning of its values.

    ``pixels`` has the shape ``(rows, columns)``, or ``(rows, columns, 3)`` for RGB and ``(rows, columns, 4)``
    for RGBA, in any integer or float type; it is made read-only. Rescale is never baked into it: a value in
    modality units is ``stored * rescale_slope + rescale_intercept``, or what ``modality_lut`` says. For PET and dose
    that leads straight to SUV and Gy where it can, as ``unit`` tells, and ``windows`` are in the same unit.
    ``padding`` is the lowest and highest stored value that stand for "no pixel here". Spacings are the
    distances of neighbouring pixel centres in mm, down a column (``row_spacing``) and along a row;
    ``pixel_aspect_ratio`` is the height of a pixel over its width, for images whose spacing is not known.
    ``overlays`` are drawn over the picture, what the ``shutter`` hides is not shown, where the view asks for them.
    ``frame_count`` is the number of frames of the file, ``first_frame_number`` what ``frame=`` counts them from.
    ``metadata`` answers for metadata modules by name, computed when asked for. ``lineage`` tells what a derived image
    was computed from, the first step first. ``load_time`` is in seconds.

    Raises :class:`LoaderError` where shape or type do not fit.
    """

    image_id: str
    pixels: Pixels
    photometric_interpretation: str = ""
    rescale_slope: float = 1.0
    rescale_intercept: float = 0.0
    modality_lut: LookupTable | None = None
    windows: tuple[Window, ...] = ()
    voi_luts: tuple[LookupTable, ...] = ()
    voi_lut_function: VoiLutFunction = "LINEAR"
    padding: tuple[float, float] | None = None
    bits_stored: int = 0
    row_spacing: float | None = None
    column_spacing: float | None = None
    pixel_aspect_ratio: float | None = None
    overlays: tuple[Overlay, ...] = ()
    shutter: Shutter | None = None
    unit: str = ""
    frame_count: int = 1
    first_frame_number: int = 1
    warnings: tuple[str, ...] = ()
    metadata: Mapping[str, Callable[[], object]] = field(default_factory=lambda: MappingProxyType({}), repr=False)
    lineage: tuple[LineageStep, ...] = ()
    load_time: float = 0.0

    def __post_init__(self) -> None:
        self._check_pixels()
        pixels = self.pixels.view()
        if not pixels.dtype.isnative:
            # everything behind this, JavaScript too, reads the machine's own byte order
            pixels = pixels.astype(pixels.dtype.newbyteorder("="))
        pixels.flags.writeable = False
        object.__setattr__(self, "pixels", pixels)
        if not self.photometric_interpretation:
            object.__setattr__(self, "photometric_interpretation", "RGB" if self.is_color else "MONOCHROME2")
        if not self.bits_stored:
            bits = 1 if pixels.dtype.kind == "b" else 8 * pixels.dtype.itemsize
            object.__setattr__(self, "bits_stored", bits)

    def _check_pixels(self) -> None:
        shape, dtype = self.pixels.shape, self.pixels.dtype
        grey = len(shape) == 2
        color = len(shape) == 3 and shape[2] in (3, 4)
        if not (grey or color) or 0 in shape:
            raise LoaderError(
                f"{self.image_id}: an array of shape {shape} is no image; "
                "give (rows, columns), (rows, columns, 3) or (rows, columns, 4)",
                image_id=self.image_id,
            )
        if dtype.kind not in "iufb":
            raise LoaderError(
                f"{self.image_id}: pixels of type {dtype} can not be shown; give an integer or float type",
                image_id=self.image_id,
            )

    @property
    def rows(self) -> int:
        return int(self.pixels.shape[0])

    @property
    def columns(self) -> int:
        return int(self.pixels.shape[1])

    @property
    def is_color(self) -> bool:
        return self.pixels.ndim == 3

    @property
    def samples_per_pixel(self) -> int:
        return int(self.pixels.shape[2]) if self.is_color else 1

    @property
    def size_in_bytes(self) -> int:
        """Of the stored values and the overlays."""
        return int(self.pixels.nbytes + sum(overlay.bits.nbytes for overlay in self.overlays))

    @cached_property
    def value_range(self) -> tuple[float, float]:
        """The lowest and highest stored value, without padding and without NaN and infinities.

        ``(0, 0)`` where nothing is left.
        """
        pixels = self.pixels
        if self.padding is not None and not self.is_color:
            low, high = self.padding
            pixels = pixels[np.less(pixels, low) | np.greater(pixels, high)]
        if pixels.dtype.kind == "f":
            pixels = pixels[np.isfinite(pixels)]
        if pixels.size == 0:
            return (0, 0)
        return (pixels.min().item(), pixels.max().item())

    @cached_property
    def stored_extremes(self) -> tuple[float, float]:
        """The lowest and highest stored value of all, padding included."""
        return (self.pixels.min().item(), self.pixels.max().item())


@dataclass(eq=False)
class ImageLoadObject:
    """What a loader gives back: a promise of an image, and how to call it off.

    ``promise`` is any awaitable (or Promises/A+ thenable) of an :class:`Image` or an array. ``cancel_fn`` is
    called when nobody waits for the image any more, ``decache`` once when the image leaves the cache.
    Awaiting the object awaits its promise.
    """

    promise: Awaitable[Image]
    cancel_fn: Callable[[], object] | None = None
    decache: Callable[[], object] | None = None

    def cancel(self) -> None:
        """Call the load off; does nothing where the loader gave no way to."""
        if self.cancel_fn is not None:
            self.cancel_fn()

    def __await__(self) -> Generator[Any, Any, Image]:
        return self.promise.__await__()
