"""Files made of a picture by other people's encoders, one for each transfer syntax and way of writing it."""

from __future__ import annotations

import subprocess
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import imagecodecs
import numpy as np
from pydicom import dcmread, dcmwrite
from pydicom.encaps import encapsulate, encapsulate_extended, generate_frames
from pydicom.uid import UID

from .colours import Samples
from .pictures import Picture

__all__ = ["ENCODERS", "Encoder"]

Takes = Callable[[Picture], bool]
Write = Callable[[Picture, Path, Path], None]


@dataclass(frozen=True)
class Encoder:
    """``write(picture, native, made)`` makes ``made`` of the native file; ``takes`` says of which pictures it can.

    ``transfer_syntax`` is what must come out. ``is_lossless`` promises the picture's own samples.
    """

    name: str
    transfer_syntax: str
    is_lossless: bool
    takes: Takes
    write: Write

    @property
    def program(self) -> str:
        return self.name.split()[0]


def run(*command: str | Path) -> None:
    """Run a program; raises with what it said where it fails."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, command))}: {done.stderr or done.stdout}")


def _program(line: str, transfer_syntax: str, takes: Takes, *, is_lossless: bool = True) -> Encoder:
    def write(picture: Picture, native: Path, made: Path) -> None:
        run(*line.split(), native, made)

    return Encoder(line, transfer_syntax, is_lossless, takes, write)


# a picture, one of its frames, and a path that files may be put beside
Encode = Callable[[Picture, Samples, Path], bytes]


def _library(
    name: str,
    transfer_syntax: str,
    takes: Takes,
    encode: Encode,
    *,
    is_lossless: bool = True,
    writes_native: bool = False,
) -> Encoder:
    """Each frame by a library (or a program that knows no DICOM), put into the file by pydicom."""

    def write(picture: Picture, native: Path, made: Path) -> None:
        data_set = dcmread(native)
        streams = [encode(picture, frame, made) for frame in picture.samples()]
        data_set.PixelData = encapsulate(streams)
        if picture.samples_per_pixel == 3 and not writes_native:
            data_set.PlanarConfiguration = 0
        data_set["PixelData"].VR = "OB"
        data_set["PixelData"].is_undefined_length = True
        data_set.file_meta.TransferSyntaxUID = UID(transfer_syntax)
        # pydicom does not know all of these transfer syntaxes
        dcmwrite(made, data_set, force_encoding=True, implicit_vr=False, little_endian=True)

    return Encoder(name, transfer_syntax, is_lossless, takes, write)


def _repacked(name: str, first: Encoder, pack: Callable[[list[bytes]], dict[str, object]]) -> Encoder:
    """What another encoder made, its frames encapsulated in another way."""

    def write(picture: Picture, native: Path, made: Path) -> None:
        first.write(picture, native, made)
        data_set = dcmread(made)
        frames = _frames_of(data_set.PixelData, picture.frames)
        for keyword, value in pack(frames).items():
            setattr(data_set, keyword, value)
        data_set.save_as(made, enforce_file_format=True)

    return Encoder(name, first.transfer_syntax, first.is_lossless, lambda p: p.frames > 1 and first.takes(p), write)


def _frames_of(data: bytes, count: int) -> list[bytes]:
    return list(generate_frames(data, number_of_frames=count))


def _extended(frames: list[bytes]) -> dict[str, object]:
    data, offsets, lengths = encapsulate_extended(frames)
    return {"PixelData": data, "ExtendedOffsetTable": offsets, "ExtendedOffsetTableLengths": lengths}


# what the encoders take


def _is_whole(p: Picture) -> bool:
    return p.keyword == "PixelData" and p.allocated > 1


def _up_to_16(p: Picture) -> bool:
    return _is_whole(p) and p.allocated <= 16 and p.photometric != "YBR_FULL_422"


def _unsigned_grey_or_rgb(p: Picture) -> bool:
    return _up_to_16(p) and not p.is_signed and not p.photometric.startswith(("PALETTE", "YBR"))


def _eight_bits(p: Picture) -> bool:
    return _is_whole(p) and p.allocated == 8 and p.photometric != "PALETTE COLOR"


def _above_8(p: Picture) -> bool:
    return _up_to_16(p) and p.allocated == 16 and p.photometric != "PALETTE COLOR"


def _in_big_endian(p: Picture) -> bool:
    # dcmtk swaps the words of longer samples, not their bytes
    return p.allocated <= 16


def _by_gdcm(p: Picture) -> bool:
    # it shortens the entries of palettes of 16 bits
    return _is_whole(p) and p.allocated <= 16 and "palette-16" not in p.name


def _rle_by_gdcm(p: Picture) -> bool:
    # frames of an odd number of bytes stop it
    return _by_gdcm(p) and (p.allocated == 16 or p.photometric == "YBR_FULL_422")


def _baseline_by_gdcm(p: Picture) -> bool:
    return _by_gdcm(p) and _eight_bits(p)


def _near_lossless_by_gdcm(p: Picture) -> bool:
    return _by_gdcm(p) and p.photometric != "PALETTE COLOR"


def _jpeg_2000_by_gdcm(p: Picture) -> bool:
    return _by_gdcm(p) and p.name != "rgb-16"


def _jpeg_by_libjpeg(p: Picture) -> bool:
    return _eight_bits(p) and _unsigned_grey_or_rgb(p)


def _lossy_by_gdcm(p: Picture) -> bool:
    # values of 12 bits come out halved and worse
    return _by_gdcm(p) and not p.photometric.startswith("PALETTE") and p.stored in (8, 16)


def _cjxl(*options: str) -> Encode:
    def encode(picture: Picture, frame: Samples, made: Path) -> bytes:
        source, stream = made.with_suffix(".pnm"), made.with_suffix(".jxl")
        highest = np.iinfo(frame.dtype).max
        kind = "P5" if frame.ndim == 2 else "P6"
        header = f"{kind}\n{frame.shape[1]} {frame.shape[0]}\n{highest}\n".encode()
        source.write_bytes(header + frame.astype(frame.dtype.newbyteorder(">")).tobytes())
        run("cjxl", source, stream, "--quiet", "--container=0", *options)
        return stream.read_bytes()

    return encode


def _jpeg_in_jpeg_xl(picture: Picture, frame: Samples, made: Path) -> bytes:
    jpeg, stream = made.with_suffix(".jpg"), made.with_suffix(".jxl")
    jpeg.write_bytes(imagecodecs.jpeg8_encode(frame, level=90))
    run("cjxl", jpeg, stream, "--quiet", "--lossless_jpeg=1")
    return stream.read_bytes()


def _htj2k(*, reversible: bool, tlm: bool = False) -> Encode:
    return lambda picture, frame, made: bytes(imagecodecs.htj2k_encode(frame, reversible=reversible, tlm=tlm))


def _native(picture: Picture, frame: Samples, made: Path) -> bytes:
    return picture.native(frame)


def _deflated(picture: Picture, frame: Samples, made: Path) -> bytes:
    engine = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return engine.compress(picture.native(frame)) + engine.flush()


_UID = "1.2.840.10008.1.2"
_JPEG_LOSSLESS = _program("dcmcjpeg +e1", f"{_UID}.4.70", _up_to_16)

ENCODERS = {
    encoder.name: encoder
    for encoder in (
        _program("dcmconv +ti", _UID, lambda p: p.keyword == "PixelData"),
        _program("dcmconv +te", f"{_UID}.1", lambda p: True),
        _program("dcmconv +tb", f"{_UID}.2", _in_big_endian),
        _program("dcmconv +td", f"{_UID}.1.99", lambda p: True),
        _library(
            "pydicom encapsulate", f"{_UID}.1.98", _is_whole, lambda p, frame, made: p.native(frame), writes_native=True
        ),
        _library("zlib", f"{_UID}.8.1", lambda p: p.keyword == "PixelData", _deflated, writes_native=True),
        _program("dcmcrle", f"{_UID}.5", lambda p: _is_whole(p) and p.photometric != "YBR_FULL_422"),
        _program("dcmcrle -ot +fs 1", f"{_UID}.5", lambda p: _up_to_16(p) and p.frames == 1),
        _program("gdcmconv --rle", f"{_UID}.5", _rle_by_gdcm),
        _program("dcmcjpeg +eb", f"{_UID}.4.50", _eight_bits, is_lossless=False),
        _program("dcmcjpeg +eb +s4", f"{_UID}.4.50", _eight_bits, is_lossless=False),
        _program("dcmcjpeg +eb +n2", f"{_UID}.4.50", _eight_bits, is_lossless=False),
        _program("dcmcjpeg +eb +n1", f"{_UID}.4.50", _eight_bits, is_lossless=False),
        _program("dcmcjpeg +eb +cr", f"{_UID}.4.50", _eight_bits, is_lossless=False),
        _program("dcmcjpeg +eb -ot +fs 1", f"{_UID}.4.50", _eight_bits, is_lossless=False),
        _program("gdcmconv --jpeg --lossy", f"{_UID}.4.50", _baseline_by_gdcm, is_lossless=False),
        _program("dcmcjpeg +ee +be", f"{_UID}.4.51", _eight_bits, is_lossless=False),
        _program("dcmcjpeg +ee +bt", f"{_UID}.4.51", _above_8, is_lossless=False),
        _program("dcmcjpeg +es", f"{_UID}.4.53", _eight_bits, is_lossless=False),
        _program("dcmcjpeg +es +bt", f"{_UID}.4.53", _above_8, is_lossless=False),
        _program("dcmcjpeg +ep", f"{_UID}.4.55", _eight_bits, is_lossless=False),
        _program("dcmcjpeg +ep +bt", f"{_UID}.4.55", _above_8, is_lossless=False),
        *(_program(f"dcmcjpeg +el +sv {sv}", f"{_UID}.4.57", _up_to_16) for sv in range(1, 8)),
        _JPEG_LOSSLESS,
        _program("gdcmconv --jpeg", f"{_UID}.4.70", _by_gdcm),
        _repacked("dcmcjpeg +e1, extended offset table", _JPEG_LOSSLESS, _extended),
        _repacked(
            "dcmcjpeg +e1, empty offset table, fragments",
            _JPEG_LOSSLESS,
            lambda frames: {"PixelData": encapsulate(frames, fragments_per_frame=3, has_bot=False)},
        ),
        _repacked(
            "dcmcjpeg +e1, offset table, fragments",
            _JPEG_LOSSLESS,
            lambda frames: {"PixelData": encapsulate(frames, fragments_per_frame=3, has_bot=True)},
        ),
        *(_program(f"dcmcjpls +el {il}", f"{_UID}.4.80", _up_to_16) for il in ("+il", "+is", "+in")),
        _program("gdcmconv --jpegls", f"{_UID}.4.80", _by_gdcm),
        _program("dcmcjpls +en +md 3", f"{_UID}.4.81", _unsigned_grey_or_rgb, is_lossless=False),
        _program(
            "gdcmconv --jpegls --lossy -e 2",
            f"{_UID}.4.81",
            lambda p: _by_gdcm(p) and p.photometric != "PALETTE COLOR",
            is_lossless=False,
        ),
        _program("gdcmconv --j2k", f"{_UID}.4.90", _jpeg_2000_by_gdcm),
        _program("gdcmconv --j2k -t 32,32 -n 3", f"{_UID}.4.90", _jpeg_2000_by_gdcm),
        _program("gdcmconv --j2k --lossy -q 40", f"{_UID}.4.91", _lossy_by_gdcm, is_lossless=False),
        _program("gdcmconv --j2k --lossy --irreversible -r 10", f"{_UID}.4.91", _lossy_by_gdcm, is_lossless=False),
        _library("OpenJPH", f"{_UID}.4.201", _up_to_16, _htj2k(reversible=True)),
        _library("OpenJPH, lengths of tile parts", f"{_UID}.4.202", _up_to_16, _htj2k(reversible=True, tlm=True)),
        _library("OpenJPH, private", f"{_UID}.4.96", _up_to_16, _htj2k(reversible=True)),
        _library("OpenJPH lossy", f"{_UID}.4.203", _unsigned_grey_or_rgb, _htj2k(reversible=False), is_lossless=False),
        _library("cjxl -d 0", f"{_UID}.4.110", _unsigned_grey_or_rgb, _cjxl("-d", "0")),
        _library(
            "cjxl --lossless_jpeg=1",
            f"{_UID}.4.111",
            lambda p: _eight_bits(p) and _unsigned_grey_or_rgb(p),
            _jpeg_in_jpeg_xl,
            is_lossless=False,
        ),
        _library("cjxl -d 1", f"{_UID}.4.112", _unsigned_grey_or_rgb, _cjxl("-d", "1"), is_lossless=False),
    )
}
