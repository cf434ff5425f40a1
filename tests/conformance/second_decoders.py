"""What other people's decoders make of a file; every function gives frames as Loadstone promises to show them."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path

import imagecodecs
import numpy as np
from pydicom import Dataset, dcmread
from pydicom.encaps import generate_frames
from pydicom.pixels.decoders.base import get_decoder
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian

from .colours import Samples, shown
from .encoders import run

__all__ = ["SecondDecoder", "read", "second_decoders"]

# a file's frames (frames, rows, columns[, 3]): grey as stored, colour as RGB
SecondDecoder = Callable[[Path], Samples]

_UID = "1.2.840.10008.1.2"
_NATIVE = (_UID, f"{_UID}.1", f"{_UID}.2", f"{_UID}.1.99")


def second_decoders(data_set: Dataset) -> dict[str, SecondDecoder]:
    """The decoders that read this kind of file right, by name; the comments say what is known of the others."""
    syntax = str(data_set.file_meta.TransferSyntaxUID)
    if syntax in _NATIVE:
        # dcmtk swaps words of 16 bits, not samples of 32
        is_swapped = syntax == f"{_UID}.2" and data_set.get("BitsAllocated", 16) > 16
        return {"pydicom": _pydicom("")} | ({} if is_swapped else {"dcmtk": _program("dcmconv", "+te")})
    if syntax == f"{_UID}.5":
        return {"pydicom": _pydicom("pydicom"), "pylibjpeg": _pydicom("pylibjpeg"), "dcmtk": _program("dcmdrle")}
    family, number = syntax.rpartition(".")[::2]
    if family != f"{_UID}.4":
        return {}
    return _of_codestreams(int(number), data_set)


def _of_codestreams(number: int, data_set: Dataset) -> dict[str, SecondDecoder]:
    plugins = {"gdcm": _pydicom("gdcm"), "pylibjpeg": _pydicom("pylibjpeg")}
    if number in (53, 55):
        # pydicom knows no decoder for these
        plugins = {}
    elif number == 51 and data_set.BitsAllocated > 8:
        # pydicom gives gdcm no 12 bits, and pylibjpeg enlarges chroma its own way, 16 times as far off as in 8 bits
        del plugins["gdcm"]
        if data_set.SamplesPerPixel == 3:
            del plugins["pylibjpeg"]
    if number in (50, 51, 53, 55, 57, 70):
        return {"dcmtk": _program("dcmdjpeg", "+cn"), **plugins}
    if number in (80, 81):
        return {"pyjpegls": _pydicom("pyjpegls"), "dcmtk": _program("dcmdjpls"), **plugins}
    if number in (90, 91):
        return plugins
    if number in (201, 202, 203):
        return {"pylibjpeg": plugins["pylibjpeg"], "openjph": _openjph}
    if number == 96:
        # private: pydicom does not know it
        return {"openjph": _openjph}
    return {"djxl": _djxl} if number in (110, 111, 112) else {}


def read(path: Path) -> Dataset:
    """A file's data set, without a word on what is odd about it, and what pydicom's decoders insist on put right."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        data_set = dcmread(path, force=True)
        if "TransferSyntaxUID" not in data_set.file_meta:
            data_set.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian
        try:
            data_set.NumberOfFrames = int(data_set.get("NumberOfFrames") or 1)
        except ValueError:
            data_set.NumberOfFrames = 1
    return data_set


def _pydicom(plugin: str) -> SecondDecoder:
    """pydicom with one of its plugins; none, for native files."""

    def decode(path: Path) -> Samples:
        data_set = read(path)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            decoder = get_decoder(data_set.file_meta.TransferSyntaxUID)
            array, found = decoder.as_array(data_set, raw=True, decoding_plugin=plugin)
        frames = (array if found["number_of_frames"] != 1 else array[np.newaxis])[: int(data_set.NumberOfFrames)]
        data_set.PhotometricInterpretation = str(found["photometric_interpretation"])
        return shown(frames.astype(frames.dtype.newbyteorder("=")), data_set)

    return decode


def _program(*command: str) -> SecondDecoder:
    """A program that writes a native file, which pydicom and numpy read."""

    def decode(path: Path) -> Samples:
        with tempfile.TemporaryDirectory() as folder:
            native = Path(folder) / "native.dcm"
            run(*command, path, native)
            found = read(native).file_meta.TransferSyntaxUID
            if found != ExplicitVRLittleEndian:
                raise RuntimeError(f"{command[0]} wrote {path.name} as {found.name}")
            return _pydicom("")(native)

    return decode


def _openjph(path: Path) -> Samples:
    return _frame_by_frame(path, lambda codestream: np.asarray(imagecodecs.htj2k_decode(codestream)))


def _djxl(path: Path) -> Samples:
    with tempfile.TemporaryDirectory() as folder:
        stream = Path(folder) / "frame.jxl"
        picture = stream.with_suffix(".ppm" if read(path).SamplesPerPixel == 3 else ".pgm")

        def decode(codestream: bytes) -> Samples:
            stream.write_bytes(codestream)
            run("djxl", "--quiet", stream, picture)
            return _pnm(picture.read_bytes())

        return _frame_by_frame(path, decode)


def _pnm(data: bytes) -> Samples:
    """A binary PGM or PPM: kind, columns, rows, highest value, then samples in big endian."""
    kind, columns, rows, highest = data.split(maxsplit=4)[:4]
    shape = (int(rows), int(columns)) + ((3,) if kind == b"P6" else ())
    dtype = np.dtype("u1" if int(highest) < 256 else ">u2")
    samples = np.frombuffer(data[-int(np.prod(shape)) * dtype.itemsize :], dtype)
    return samples.reshape(shape).astype(dtype.newbyteorder("="))


def _frame_by_frame(path: Path, decode: Callable[[bytes], Samples]) -> Samples:
    data_set = read(path)
    frames = generate_frames(data_set.PixelData, number_of_frames=data_set.NumberOfFrames)
    return shown(np.stack([decode(frame) for frame in frames]), data_set)
