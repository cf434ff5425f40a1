"""Images with known truth: ``phantom:name[?argument=value&…][&frame=n]``.

    from loadstone import phantom

    image_id = "phantom:step-wedge?steps=5&bits=8"
    phantom.truth(image_id).steps[4].stored     # 255
    phantom.dicom(image_id)                     # the same image as the bytes of a DICOM file

The phantoms are ``shepp-logan``, ``step-wedge``, ``line-pairs``, ``ramp``, ``smpte``, ``tg18-qc`` and ``ellipsoids``;
each module of this package that is named like one says what it holds and what else it takes. All take

- ``rows``, ``columns``, ``spacing`` (mm; or two, of rows and of columns), ``frames`` (alike, but for their noise;
  slices of ``ellipsoids``),
- ``bits`` (stored; 1 to 32), ``signed=1``, ``slope``, ``intercept``,
- ``photometric=MONOCHROME2``, ``MONOCHROME1``, ``RGB``, ``YBR_FULL`` or ``PALETTE_COLOR``; these show the same
  picture. Grey levels take the whole range of stored values. ``tint=ff8000`` is the colour of the lightest level
  where there is colour,
- ``noise`` (the standard deviation of what is added, in stored values) and ``seed``,
- ``samples=4``, where edges are not drawn pixel by pixel: a pixel is then the mean of 4 x 4 points of it, else the
  value at its centre.

Rows and columns are told as numpy indexes them: the centre of the first pixel is (0, 0).
"""

from __future__ import annotations

from ..errors import PackageError
from .ellipsoids import Ellipsoid, EllipsoidsTruth
from .line_pairs import LinePairsTruth
from .pattern import PhantomTruth
from .ramp import RampTruth
from .reading import PATTERNS, read_phantom
from .shepp_logan import Ellipse, SheppLoganTruth
from .smpte import SmpteTruth
from .step_wedge import StepWedgeTruth
from .tg18_qc import Tg18QcTruth

__all__ = [
    "Ellipse",
    "Ellipsoid",
    "EllipsoidsTruth",
    "LinePairsTruth",
    "PhantomTruth",
    "RampTruth",
    "SheppLoganTruth",
    "SmpteTruth",
    "StepWedgeTruth",
    "Tg18QcTruth",
    "dicom",
    "names",
    "truth",
]


def names() -> tuple[str, ...]:
    """The phantoms that there are."""
    return tuple(PATTERNS)


def truth(image_id: str) -> PhantomTruth:
    """What is known of the phantom: the truth class that is named like it.

    Raises :class:`~loadstone.errors.PhantomError` where there is no such phantom, or an argument is wrong.
    """
    pattern, _ = read_phantom(image_id)
    return pattern.truth()


def dicom(image_id: str) -> bytes:
    """The phantom as a DICOM file; loading it gives the pixels and the meaning of the image id.

    With ``frame=n`` in the id, that frame as a file of its own (slices of ``ellipsoids`` are a CT series then);
    without it all frames in one file (slices are an Enhanced CT). UIDs follow from the phantom. It is a Secondary
    Capture where CT does not allow the bits, a multi-frame one where there are several frames, and, where no SOP
    class allows what was asked for (signed values in several frames, say), a Secondary Capture with more than its
    definition has. Raises :class:`~loadstone.errors.PhantomError` where there is no such phantom, or an argument is
    wrong, and :class:`PackageError` where pydicom is not there.
    """
    pattern, frame = read_phantom(image_id)
    pattern.check_frame(frame or 0)
    try:
        from .part10 import write_part10
    except ImportError as cause:
        raise PackageError(
            "phantom.dicom() needs pydicom, which is not here yet: in the page, write `import pydicom` at the head of "
            "the program, on the desktop, pip install pydicom",
            image_id=image_id,
        ) from cause
    return write_part10(pattern, frame if pattern.canvas.frames > 1 else None)
