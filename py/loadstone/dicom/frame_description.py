"""How one frame's samples are laid out; what a decoder needs to know beside the codestream. Needs no pydicom."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..image import DEFAULT_SAMPLE_LIMIT

__all__ = ["FrameDescription"]


@dataclass(frozen=True)
class FrameDescription:
    """Layout of one frame. ``is_float`` is for Float and Double Float Pixel Data.

    ``sample_limit`` is the most samples that may be decoded, also where the codestream claims more than the data set.
    """

    rows: int
    columns: int
    samples_per_pixel: int
    bits_allocated: int
    bits_stored: int
    high_bit: int
    is_signed: bool
    is_float: bool
    planar_configuration: int
    photometric_interpretation: str
    is_little_endian: bool
    sample_limit: int = DEFAULT_SAMPLE_LIMIT

    @property
    def sample_count(self) -> int:
        return self.rows * self.columns * self.samples_per_pixel

    @property
    def is_subsampled(self) -> bool:
        """Whether native samples are stored as 4:2:2, two chroma samples for two pixels (PS3.3 C.7.6.3.1.2)."""
        return self.photometric_interpretation in ("YBR_FULL_422", "YBR_PARTIAL_422")

    @property
    def native_bits(self) -> int:
        """Length in bits of one native (uncompressed) frame."""
        samples = 2 * self.rows * self.columns if self.is_subsampled else self.sample_count
        return samples * self.bits_allocated

    @property
    def dtype(self) -> np.dtype[np.generic]:
        """The type of one sample in the byte order of the file; the next wider one for packed bits."""
        order = "<" if self.is_little_endian else ">"
        if self.bits_allocated == 1:
            return np.dtype("u1")
        kind = "f" if self.is_float else "i" if self.is_signed else "u"
        return np.dtype(f"{order}{kind}{2 if self.bits_allocated == 12 else self.bits_allocated // 8}")
