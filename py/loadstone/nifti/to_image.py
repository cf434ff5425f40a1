"""A plane of a NIfTI file as an :class:`~loadstone.image.Image`."""

from __future__ import annotations

from math import inf, isfinite

from ..errors import ImageTooLargeError
from ..image import Image, Window
from .file import NiftiFile
from .modules import NiftiFrame, nifti_metadata

__all__ = ["plane_to_image"]


def plane_to_image(file: NiftiFile, index: int, image_id: str, *, sample_limit: int) -> Image:
    """Frame ``index`` (from 0: slice + slices x time) of ``file``, its stored values in the file's own type.

    Raises :class:`~loadstone.errors.FrameIndexError` and :class:`ImageTooLargeError`.
    """
    file.check_frame(index)
    header = file.header
    if header.rows * header.columns * header.samples_per_pixel > sample_limit:
        raise ImageTooLargeError(
            f"a plane has {header.rows} x {header.columns} pixels of {header.samples_per_pixel} samples, more than the "
            f"limit of {sample_limit} samples; crop it, or raise the session's sample_limit"
        )
    frame = NiftiFrame(header, index, file.frame_of_reference_uid)
    return Image(
        image_id=image_id,
        # copied, so that an image in the cache does not hold on to the whole volume
        pixels=header.placement.picture(file.planes[index]).copy(),
        rescale_slope=header.rescale_slope,
        rescale_intercept=header.rescale_intercept,
        windows=_windows(file),
        voi_lut_function="LINEAR_EXACT",
        row_spacing=header.placement.row_spacing,
        column_spacing=header.placement.column_spacing,
        frame_count=file.frame_count,
        first_frame_number=0,
        warnings=header.warnings,
        metadata=nifti_metadata(frame),
    )


def _windows(file: NiftiFile) -> tuple[Window, ...]:
    """The calibrated window and that of the whole first volume, so that all frames are equally bright."""
    header = file.header
    if header.samples_per_pixel > 1:
        return ()
    windows = []
    if header.calibrated is not None:
        windows.append(_window(*header.calibrated, "cal_min to cal_max"))
    if file.value_range is not None:
        ends = sorted(value * header.rescale_slope + header.rescale_intercept for value in file.value_range)
        windows.append(_window(ends[0], ends[1], "Full range"))
    # of floats near the largest, the range may be no number
    return tuple(window for window in windows if 0 < window.width < inf and isfinite(window.center))


def _window(low: float, high: float, explanation: str) -> Window:
    # halved first: the sum of two large floats may be infinite
    return Window(low / 2 + high / 2, high - low, explanation)
