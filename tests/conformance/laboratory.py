"""All the files there are to measure, each measured once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from .encoders import ENCODERS, Encoder
from .measuring import Measurement, measure
from .pictures import PICTURES, Picture
from .real_files import REAL_FILES, decoders_of, shortened
from .second_decoders import read, second_decoders

__all__ = ["MADE", "Laboratory", "MadeFile"]


@dataclass(frozen=True)
class MadeFile:
    """A picture in an encoder's hands."""

    picture: Picture
    encoder: Encoder

    def __str__(self) -> str:
        return f"{self.picture.name} {self.encoder.name}"


# second decoders that can not, or wrongly, read what an encoder made
UNFIT = MappingProxyType(
    {
        # they stop at planes of 16 bits, which dcmtk itself wrote
        "rgb-16 dcmcjpls +el +in": ("dcmtk", "gdcm"),
        # 4096 wraps to 0: bits above the stored ones are cut off, though near-lossless values may reach there
        "grey-12 gdcmconv --jpegls --lossy -e 2": ("dcmtk",),
        "grey-12-signed gdcmconv --jpegls --lossy -e 2": ("dcmtk",),
    }
)

MADE = {
    str(made): made
    for picture in PICTURES.values()
    for encoder in ENCODERS.values()
    for made in [MadeFile(picture, encoder)]
    if encoder.takes(picture)
}


@dataclass
class Laboratory:
    """Makes and measures in ``folder``, which must be empty."""

    folder: Path
    _measured: dict[str, Measurement] = field(default_factory=dict)

    def path_of(self, made: MadeFile) -> Path:
        """The file, made on first need."""
        native = self.folder / f"{made.picture.name}.dcm"
        if not native.exists():
            made.picture.write(native)
        path = self.folder / f"{list(MADE).index(str(made))}.dcm"
        if not path.exists():
            made.encoder.write(made.picture, native, path)
        return path

    def made(self, made: MadeFile) -> Measurement:
        """Against the picture itself, where the encoder is lossless, and against every second decoder."""
        if str(made) not in self._measured:
            path = self.path_of(made)
            others = second_decoders(read(path))
            others = {name: decode for name, decode in others.items() if name not in UNFIT.get(str(made), ())}
            if made.encoder.is_lossless:
                others["source"] = lambda path: made.picture.shown()
            self._measured[str(made)] = measure(path, others)
        return self._measured[str(made)]

    def real(self, name: str) -> Measurement:
        """A real file against every second decoder that reads it."""
        if name not in self._measured:
            path = REAL_FILES[name]
            self._measured[name] = measure(shortened(path, self.folder), decoders_of(path))
        return self._measured[name]

    def everything(self) -> Iterator[Measurement]:
        yield from map(self.made, MADE.values())
        yield from map(self.real, REAL_FILES)
