"""The pictures that the encoders are given: one small native file for each kind of pixel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, MultiFrameGrayscaleByteSecondaryCaptureImageStorage, generate_uid

from .colours import Samples, looked_up, rgb_of_ybr

__all__ = ["PICTURES", "Picture"]

# odd, and no multiple of any codec's block
ROWS, COLUMNS = 45, 67


@dataclass(frozen=True)
class Picture:
    """What a picture's pixels are. ``planar`` is the planar configuration of colour."""

    name: str
    photometric: str = "MONOCHROME2"
    allocated: int = 8
    stored: int = 8
    is_signed: bool = False
    planar: int = 0
    frames: int = 1
    columns: int = COLUMNS
    keyword: str = "PixelData"
    extra: Mapping[str, object] = field(default_factory=dict, hash=False)

    @property
    def samples_per_pixel(self) -> int:
        return 3 if self.photometric.startswith(("RGB", "YBR")) else 1

    def samples(self) -> Samples:
        """The stored values, ``(frames, rows, columns[, 3])``; noise, edges, a ramp and both extremes."""
        shape = (self.frames, ROWS, self.columns, self.samples_per_pixel)
        noise = np.random.default_rng(sum(map(ord, self.name))).normal(0, 0.02, shape)
        frame, y, x, sample = np.meshgrid(*map(np.arange, shape), indexing="ij")
        wave = 0.5 + 0.3 * np.sin(x / (5 + sample) + frame) * np.cos(y / (7 + 2 * sample))
        scene = np.clip(np.where((x // 16 + y // 16) % 3 == 0, x / self.columns, wave) + noise, 0, 1)
        scene[:, 0, :2] = [[0], [1]]
        if self.keyword != "PixelData":
            return (scene * 2e4 - 1e4).astype(f"f{self.allocated // 8}")[..., 0]
        low = -(1 << (self.stored - 1)) if self.is_signed else 0
        values = np.rint(scene * ((1 << self.stored) - 1)).astype(np.int64) + low
        typed = values.astype(f"{'i' if self.is_signed else 'u'}{max(1, self.allocated // 8)}")
        if self.photometric == "YBR_FULL_422":
            typed[:, :, 1::2, 1:] = typed[:, :, ::2, 1:]
        return typed[..., 0] if self.samples_per_pixel == 1 else typed

    def shown(self) -> Samples:
        """The values that Loadstone must give."""
        if self.photometric == "PALETTE COLOR":
            return looked_up(self.samples(), self.data_set())
        return rgb_of_ybr(self.samples(), self.stored) if self.photometric.startswith("YBR") else self.samples()

    def data_set(self) -> Dataset:
        """The native file's data set, Explicit VR Little Endian."""
        made = Dataset()
        made.SOPClassUID = MultiFrameGrayscaleByteSecondaryCaptureImageStorage
        made.SOPInstanceUID = generate_uid(entropy_srcs=[self.name])
        made.StudyInstanceUID = made.SeriesInstanceUID = generate_uid(entropy_srcs=["conformance"])
        made.PatientID, made.Modality = self.name, "OT"
        made.Rows, made.Columns, made.NumberOfFrames = ROWS, self.columns, self.frames
        made.SamplesPerPixel, made.PhotometricInterpretation = self.samples_per_pixel, self.photometric
        made.BitsAllocated = self.allocated
        if self.keyword == "PixelData":
            made.BitsStored, made.HighBit, made.PixelRepresentation = self.stored, self.stored - 1, int(self.is_signed)
        if self.samples_per_pixel == 3:
            made.PlanarConfiguration = self.planar
        for keyword, value in self.extra.items():
            setattr(made, keyword, value)
        data = self.native(self.samples())
        setattr(made, self.keyword, data + bytes(len(data) % 2))
        words = {"FloatPixelData": "OF", "DoubleFloatPixelData": "OD"}.get(self.keyword, "OW")
        made[self.keyword].VR = "OB" if self.allocated <= 8 else words
        made.file_meta = FileMetaDataset()
        made.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        return made

    def write(self, path: Path) -> Path:
        self.data_set().save_as(path, enforce_file_format=True)
        return path

    def native(self, samples: Samples) -> bytes:
        """Frames, or one frame, as they lie in a native file."""
        if self.allocated == 1:
            return np.packbits(samples.ravel(), bitorder="little").tobytes()
        if self.photometric == "YBR_FULL_422":
            parts = [samples[..., ::2, 0], samples[..., 1::2, 0], samples[..., ::2, 1], samples[..., ::2, 2]]
            return np.stack(parts, axis=-1).tobytes()
        return (np.moveaxis(samples, -1, -3) if self.planar else samples).tobytes()


def _palette(entries: int, bits: int) -> dict[str, object]:
    dtype = "u1" if bits == 8 else "<u2"
    ramp = np.linspace(0, 1, entries)
    curves = {"Red": ramp, "Green": ramp**2, "Blue": 1 - ramp}
    made: dict[str, object] = {}
    for colour, curve in curves.items():
        made[f"{colour}PaletteColorLookupTableDescriptor"] = [entries % 65536, 0, bits]
        made[f"{colour}PaletteColorLookupTableData"] = np.rint(curve * ((1 << bits) - 1)).astype(dtype).tobytes()
    return made


PICTURES = {
    picture.name: picture
    for picture in (
        Picture("grey-8"),
        Picture("grey-8-signed", is_signed=True),
        Picture("grey-8-frames", frames=3),
        Picture("grey-8-inverse", "MONOCHROME1"),
        Picture("grey-12", allocated=16, stored=12),
        Picture("grey-12-signed", allocated=16, stored=12, is_signed=True),
        Picture("grey-16", allocated=16, stored=16),
        Picture("grey-16-signed", allocated=16, stored=16, is_signed=True),
        Picture("grey-16-inverse", "MONOCHROME1", allocated=16, stored=16),
        Picture("grey-32", allocated=32, stored=32),
        Picture("grey-32-signed", allocated=32, stored=32, is_signed=True),
        Picture("bit", allocated=1, stored=1),
        Picture("bit-frames", allocated=1, stored=1, frames=3),
        Picture("float", allocated=32, stored=32, keyword="FloatPixelData"),
        Picture("double", allocated=64, stored=64, keyword="DoubleFloatPixelData"),
        Picture("palette-8", "PALETTE COLOR", extra=_palette(256, 8)),
        Picture("palette-16", "PALETTE COLOR", extra=_palette(256, 16)),
        Picture("palette-of-16", "PALETTE COLOR", allocated=16, stored=16, extra=_palette(65536, 16)),
        Picture("rgb", "RGB"),
        Picture("rgb-planes", "RGB", planar=1),
        Picture("rgb-frames", "RGB", frames=2),
        Picture("rgb-16", "RGB", allocated=16, stored=16),
        Picture("ybr", "YBR_FULL"),
        Picture("ybr-planes", "YBR_FULL", planar=1),
        Picture("ybr-422", "YBR_FULL_422", columns=COLUMNS + 1),
    )
}
