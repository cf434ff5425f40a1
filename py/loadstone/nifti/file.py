"""A NIfTI file in memory: its header's meaning, and its planes as they are stored."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from math import isfinite, prod
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from ..errors import DecodeError, FrameIndexError, ImageTooLargeError, TruncatedError
from .geometry import Placement, placement_of
from .header import LONGEST_HEADER, read_header
from .inflating import inflate, is_gzip

__all__ = ["NiftiFile", "NiftiHeader", "read_nifti"]

# codes of xyzt_units: second, millisecond, microsecond
_MILLISECONDS = {8: 1000.0, 16: 1.0, 24: 0.001}
# bytes of a single file's header with the four that say whether extensions follow
_LEAST_OFFSET = {348: 352, 540: 544}


@dataclass(frozen=True, eq=False)
class NiftiHeader:
    """What the header says, without any voxels, so that metadata can outlive them.

    ``shape`` has the lengths i, j, k, t and of what comes behind; missing ones are 1. Frames are the planes of i and j
    in the order of the file: slices first, then times, then the rest. ``time_step`` is in ms. ``calibrated`` are
    cal_min and cal_max where they make a window, in the unit of rescaled values.
    """

    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    samples_per_pixel: int
    data_offset: int
    placement: Placement
    rescale_slope: float = 1.0
    rescale_intercept: float = 0.0
    calibrated: tuple[float, float] | None = None
    time_step: float | None = None
    description: str = ""
    warnings: tuple[str, ...] = ()

    @property
    def frame_count(self) -> int:
        return prod(self.shape[2:])

    @property
    def slices(self) -> int:
        return self.shape[2]

    @property
    def rows(self) -> int:
        """Of the picture, as it is shown."""
        return self.shape[0] if self.placement.transposed else self.shape[1]

    @property
    def columns(self) -> int:
        return self.shape[1] if self.placement.transposed else self.shape[0]

    @property
    def volume_samples(self) -> int:
        return prod(self.shape) * self.samples_per_pixel

    @property
    def data_end(self) -> int:
        return self.data_offset + self.volume_samples * self.dtype.itemsize


@dataclass(frozen=True, eq=False)
class NiftiFile:
    """``planes`` has the shape (frames, j, i[, samples]) and the file's type; ``size_in_bytes`` is what it holds."""

    header: NiftiHeader
    planes: NDArray[Any] = field(repr=False)
    size_in_bytes: int

    @property
    def frame_count(self) -> int:
        return self.header.frame_count

    def check_frame(self, index: int) -> None:
        """Raise :class:`FrameIndexError` unless there is a frame of this index, from 0."""
        if index >= self.frame_count:
            several = "frames" if self.frame_count > 1 else "frame"
            lengths = " x ".join(map(str, self.header.shape[2:]))
            raise FrameIndexError(
                f"frame={index} does not exist: the file has {self.frame_count} {several} ({lengths} slices x times), "
                "counted from 0"
            )

    @cached_property
    def value_range(self) -> tuple[float, float] | None:
        """The lowest and highest finite stored value of the first volume, None where it has none."""
        ends: list[float] = []
        # plane by plane: of floats, the finite ones are copied
        for plane in self.planes[: self.header.slices]:
            values = plane[np.isfinite(plane)] if plane.dtype.kind == "f" else plane
            if values.size:
                ends += [values.min().item(), values.max().item()]
        return (min(ends), max(ends)) if ends else None

    @cached_property
    def frame_of_reference_uid(self) -> str:
        """The same for all frames, and each time the file is read: made of its header and its middle plane."""
        middle = np.ascontiguousarray(self.planes[self.frame_count // 2])
        told = repr((self.header.shape, self.header.dtype.str, self.header.placement.affine.tolist()))
        digest = hashlib.sha256(told.encode() + middle.tobytes()).digest()
        # PS3.5 B.2: a UID made of a UUID
        return f"2.25.{UUID(bytes=digest[:16], version=5).int}"


def read_nifti(data: bytes, *, sample_limit: int) -> NiftiFile:
    """Read a NIfTI-1 or NIfTI-2 file, plain or as gz; plain voxels are not copied.

    Raises what :func:`read_header` raises, :class:`TruncatedError` where voxels are missing, and
    :class:`ImageTooLargeError` where gz would inflate to more than ``sample_limit`` samples.
    """
    packed = is_gzip(data)
    start = bytes(_first_bytes(data)) if packed else data[:LONGEST_HEADER]
    header = _understood(*read_header(start, len(data)))
    content: bytes | bytearray = data
    if packed:
        content = _inflated(data, header, sample_limit)
    if header.data_offset > len(content) or header.data_end > len(content):
        raise _too_short(header, len(content))
    planes = np.frombuffer(content, header.dtype, header.volume_samples, header.data_offset)
    samples = (header.samples_per_pixel,) if header.samples_per_pixel > 1 else ()
    planes = planes.reshape(header.frame_count, header.shape[1], header.shape[0], *samples)
    planes.flags.writeable = False
    return NiftiFile(header, planes, len(content))


def _first_bytes(data: bytes) -> bytes | bytearray:
    try:
        return inflate(data, LONGEST_HEADER)
    except TruncatedError as error:
        raise TruncatedError(f"{error} (a NIfTI header)") from error


def _inflated(data: bytes, header: NiftiHeader, sample_limit: int) -> bytes | bytearray:
    if header.volume_samples > sample_limit:
        raise ImageTooLargeError(
            f"the gz of {len(data)} bytes would inflate to {header.volume_samples} samples "
            f"({' x '.join(map(str, header.shape))}), more than the limit of {sample_limit} samples; unpack the file "
            "(.nii is read plane by plane), or raise the session's sample_limit"
        )
    try:
        return inflate(data, header.data_end)
    except MemoryError as cause:
        raise ImageTooLargeError(
            f"the gz of {len(data)} bytes inflates to {header.data_end} bytes, for which there is no memory; "
            "crop or subsample the volume"
        ) from cause


def _too_short(header: NiftiHeader, available: int) -> TruncatedError:
    shape = " x ".join(map(str, header.shape))
    if header.data_offset > available:
        return TruncatedError(
            f"the header says that voxels begin at byte {header.data_offset} (vox_offset), but the file has "
            f"{available} bytes; compare its size with the original"
        )
    frame = header.rows * header.columns * header.samples_per_pixel * header.dtype.itemsize
    return TruncatedError(
        f"the file is cut off: {shape} voxels end at byte {header.data_end}, but there are {available} bytes, enough "
        f"for {(available - header.data_offset) // frame} of {header.frame_count} frames; compare the file's size with "
        "the original"
    )


def _understood(header: Any, said: tuple[str, ...]) -> NiftiHeader:
    """nibabel's header in our terms."""
    count = int(header["dim"][0])
    shape = tuple(int(length) for length in header["dim"][1 : count + 1]) + (1,) * (4 - count)
    dtype = header.get_data_dtype()
    samples = len(dtype.names or "1")
    placement = placement_of(header, shape)
    slope, intercept, warning = (1.0, 0.0, "") if samples > 1 else _rescale(header)
    low, high = float(header["cal_min"]), float(header["cal_max"])
    return NiftiHeader(
        shape=shape,
        dtype=dtype if samples == 1 else np.dtype(np.uint8),
        samples_per_pixel=samples,
        data_offset=_data_offset(header),
        placement=placement,
        rescale_slope=slope,
        rescale_intercept=intercept,
        calibrated=(low, high) if isfinite(low) and isfinite(high) and low < high else None,
        time_step=_time_step(header),
        description=header["descrip"].item().decode("latin-1").strip("\0 "),
        warnings=(*said, *placement.warnings, *([warning] if warning else [])),
    )


def _rescale(header: Any) -> tuple[float, float, str]:
    """Slope, intercept, and what is to be said: a slope of 0 means that neither counts."""
    slope, intercept = float(header["scl_slope"]), float(header["scl_inter"])
    if slope == 0 or np.isnan(slope):
        return 1.0, 0.0, ""
    if not isfinite(slope):
        return 1.0, 0.0, f"scl_slope is {slope}; values are shown as they are stored"
    if not isfinite(intercept):
        return slope, 0.0, f"scl_inter is {intercept}; taken as 0"
    return slope, intercept, ""


def _data_offset(header: Any) -> int:
    least = _LEAST_OFFSET[int(header["sizeof_hdr"])]
    offset = float(header["vox_offset"])
    if offset == 0:
        return least
    if not isfinite(offset) or offset != int(offset):
        raise DecodeError(f"the header says that voxels begin at byte {offset} (vox_offset); the file is damaged")
    return int(offset)


def _time_step(header: Any) -> float | None:
    """From one time to the next in ms; None where there is one time only, or a unit that is none of time."""
    factor = _MILLISECONDS.get(int(header["xyzt_units"]) & 0x38)
    step = float(header["pixdim"][4])
    if factor is None or int(header["dim"][0]) < 4 or int(header["dim"][4]) < 2 or not 0 < step < float("inf"):
        return None
    return step * factor
