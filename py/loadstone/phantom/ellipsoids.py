"""``phantom:ellipsoids``: a volume of ellipsoids, whose values and places in the patient are known.

``frames`` slices ``slice_spacing`` mm apart, around ``center=x,y,z`` in mm (LPS: x to the left, y to the back, z up),
in the plane of ``orientation``: ``axial`` (slices upwards), ``coronal`` (to the back), ``sagittal`` (to the right),
or the six cosines of rows and columns. Frames count from 1, ``frame=n``. ``ellipsoids=`` replaces the built-in ones:
centre x, y, z, half axes a, b, c in mm and value, then the next one after ``;``. Where several overlap, the last
counts. Around them is ``background``. Values are in modality units (by default HU); pixels are ``(value - intercept)
/ slope``, also in MONOCHROME1, which shows them the other way round.

Equal places in the patient belong together: all these volumes have one frame of reference, whatever their orientation.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..image import Window
from .arguments import Arguments
from .canvas import Canvas, read_canvas
from .decimals import as_written
from .pattern import Pattern, PhantomTruth
from .placement import Placement, Vector
from .storing import Storing, read_storing, rounded

__all__ = ["Ellipsoid", "Ellipsoids", "EllipsoidsTruth", "read"]

Floats = NDArray[np.float64]

_ORIENTATIONS = {
    "axial": (1.0, 0.0, 0.0, 0.0, 1.0, 0.0),
    "coronal": (1.0, 0.0, 0.0, 0.0, 0.0, -1.0),
    "sagittal": (0.0, 1.0, 0.0, 0.0, 0.0, -1.0),
}


@dataclass(frozen=True)
class Ellipsoid:
    """Half axes ``a``, ``b``, ``c`` in mm along x, y, z, turned by ``degrees`` around z, from x to y."""

    x: float
    y: float
    z: float
    a: float
    b: float
    c: float
    value: float
    degrees: float = 0.0

    @property
    def volume(self) -> float:
        """In mm³, also of what others cover."""
        return 4 / 3 * math.pi * self.a * self.b * self.c

    @property
    def to_unit_sphere(self) -> Floats:
        """The matrix that makes a unit sphere of it, applied to points seen from its centre."""
        cosine, sine = math.cos(math.radians(self.degrees)), math.sin(math.radians(self.degrees))
        turned: Floats = np.array([[cosine, sine, 0.0], [-sine, cosine, 0.0], [0.0, 0.0, 1.0]])
        return np.asarray(turned / np.array([[self.a], [self.b], [self.c]]))

    def contains(self, x: float, y: float, z: float) -> bool:
        point = self.to_unit_sphere @ (x - self.x, y - self.y, z - self.z)
        return bool(point @ point <= 1)


# a body of water with fat, muscle, lungs of different size and bone; none of the inner ones touches another
_BUILT_IN = (
    Ellipsoid(0, 0, 0, 85, 72, 80, 0),
    Ellipsoid(38, -8, 12, 24, 32, 40, -800),
    Ellipsoid(-40, -6, 6, 22, 28, 34, -750, 15),
    Ellipsoid(0, 42, 0, 10, 10, 60, 700),
    Ellipsoid(0, -40, 20, 12, 9, 15, 50),
    Ellipsoid(30, 26, -48, 9, 9, 9, 300),
    Ellipsoid(-30, 20, -45, 18, 12, 9, -100, 30),
)


@dataclass(frozen=True)
class EllipsoidsTruth(PhantomTruth):
    """``ellipsoids``, of which the last counts where they overlap, and where the frames lie."""

    ellipsoids: tuple[Ellipsoid, ...]
    background: float
    placement: Placement

    def value_at(self, x: float, y: float, z: float) -> float:
        """The value in modality units at a place in the patient, in mm, LPS."""
        for ellipsoid in reversed(self.ellipsoids):
            if ellipsoid.contains(x, y, z):
                return ellipsoid.value
        return self.background

    def stored(self, value: float) -> int:
        """What a value in modality units is stored as."""
        return _stored(self.storing, value)

    def pixel(self, x: float, y: float, z: float) -> Vector:
        """Row, column and frame (all from 0, not rounded) of a place in the patient."""
        column, row, frame, _ = np.linalg.solve(self.placement.affine, (x, y, z, 1)).tolist()
        return row, column, frame


@dataclass(frozen=True)
class Ellipsoids(Pattern):
    name = "ellipsoids"
    title = "Ellipsoids of known place and volume"
    is_of_levels = False

    ellipsoids: tuple[Ellipsoid, ...]
    background: float
    lies: Placement

    @property
    def placement(self) -> Placement:
        return self.lies

    def exact(self, frame: int) -> Floats:
        offsets = self.canvas.offsets()
        values = sum((self._slice(frame + offset) for offset in offsets), np.zeros(1)) / len(offsets)
        storing = self.canvas.storing
        return (values - storing.intercept) / storing.slope

    def truth(self) -> EllipsoidsTruth:
        return EllipsoidsTruth(self.name, self.canvas, self.ellipsoids, self.background, self.lies)

    @property
    def windows(self) -> tuple[Window, ...]:
        values = [self.background, *(ellipsoid.value for ellipsoid in self.ellipsoids)]
        storing = self.canvas.storing
        low, high = ((value - storing.intercept) / storing.slope for value in (min(values), max(values)))
        every = self.window(low, high, "All values")
        return (every, *super().windows) if every.width > 0 else super().windows

    def _slice(self, frame: float) -> Floats:
        """Values in the plane of ``frame``, which may lie between two."""
        affine = self.lies.affine
        origin = affine[:3, 3] + frame * affine[:3, 2]

        def value_at(row: Floats, column: Floats) -> Floats:
            values = np.full((self.canvas.rows, self.canvas.columns), self.background)
            for ellipsoid in self.ellipsoids:
                seen = origin - (ellipsoid.x, ellipsoid.y, ellipsoid.z)
                if abs(seen @ self.lies.normal) > max(ellipsoid.a, ellipsoid.b, ellipsoid.c):
                    continue
                matrix = ellipsoid.to_unit_sphere
                across, down, start = matrix @ affine[:3, 0], matrix @ affine[:3, 1], matrix @ seen
                # |start + row * down + column * across|², a polynomial of row and column
                at_row = start[:, np.newaxis] + down[:, np.newaxis] * row[:, 0]
                squared = (at_row**2).sum(axis=0)[:, np.newaxis] + (across @ across) * column**2
                squared += 2 * (across @ at_row)[:, np.newaxis] * column
                values[squared <= 1] = ellipsoid.value
            return values

        return self.canvas.sampled(value_at)


def read(arguments: Arguments) -> Ellipsoids:
    storing = read_storing(arguments, bits=12, intercept=-1024.0, can_be_colored=False)
    canvas = read_canvas(arguments, storing, rows=128, columns=128, frames=48, spacing=1.5)
    background = arguments.number("background", -1000.0, -1e12, 1e12)
    ellipsoids = _ellipsoids(arguments)
    for value in (background, *(ellipsoid.value for ellipsoid in ellipsoids)):
        stored = _stored(storing, value)
        if not storing.low <= stored <= storing.high:
            raise arguments.error(
                f"the value {value:g} would be stored as {stored}, but "
                f"bits={storing.bits}&signed={int(storing.is_signed)} holds {storing.low} to {storing.high}; "
                "give more bits, signed=1, or another slope and intercept"
            )
    return Ellipsoids(canvas, ellipsoids, background, _placement(arguments, canvas))


def _stored(storing: Storing, value: float) -> int:
    return int(rounded(np.array((value - storing.intercept) / storing.slope)))


def _ellipsoids(arguments: Arguments) -> tuple[Ellipsoid, ...]:
    text = arguments.text("ellipsoids", "")
    if not text:
        return _BUILT_IN
    found = []
    for part in text.split(";"):
        try:
            x, y, z, a, b, c, value = map(float, part.split(","))
        except ValueError as cause:
            raise arguments.error(
                f"ellipsoids has {part!r}, which should be seven numbers: centre x,y,z and half axes a,b,c in mm, value"
            ) from cause
        numbers = (x, y, z, a, b, c, value)
        if not all(map(math.isfinite, numbers)) or max(map(abs, numbers)) > 1e9 or min(a, b, c) <= 0:
            raise arguments.error(f"ellipsoids has {part!r}, whose half axes should be more than 0 and all be finite")
        found.append(Ellipsoid(*numbers))
    return tuple(found)


def _placement(arguments: Arguments, canvas: Canvas) -> Placement:
    row, column = _orientation(arguments)
    what = "the middle of the volume in mm: x,y,z"
    center = arguments.numbers("center", (0.0, 0.0, 0.0), what)
    if len(center) != 3 or max(map(abs, center)) > 1e6:
        raise arguments.error(f"center={','.join(f'{n:g}' for n in center)} should be {what}")
    slice_spacing = as_written(arguments.number("slice_spacing", 3.0, 1e-4, 1000.0))
    middle = np.array([(canvas.columns - 1) / 2, (canvas.rows - 1) / 2, (canvas.frames - 1) / 2])
    steps = np.array([row, column, np.cross(row, column)]).T
    steps = steps * (canvas.column_spacing, canvas.row_spacing, slice_spacing)
    x, y, z = map(as_written, (np.array(center) - steps @ middle).tolist())
    return Placement(row, column, (x, y, z), canvas.row_spacing, canvas.column_spacing, slice_spacing)


def _orientation(arguments: Arguments) -> tuple[Vector, Vector]:
    text = arguments.text("orientation", "axial")
    what = "axial, coronal, sagittal, or six cosines: of the rows, then of the columns, unit vectors at a right angle"
    try:
        given = np.array(_ORIENTATIONS.get(text) or [float(part) for part in text.split(",")])
    except ValueError as cause:
        raise arguments.error(f"orientation={text} should be {what}") from cause
    if given.shape != (6,) or not np.isfinite(given).all():
        raise arguments.error(f"orientation={text} should be {what}")
    row, column = given[:3], given[3:]
    gram = (row @ row, column @ column, row @ column)
    if not np.allclose(gram, (1, 1, 0), atol=1e-3):
        raise arguments.error(f"orientation={text} should be {what}")
    # as exactly as can be, of cosines with few digits
    row = row / np.linalg.norm(row)
    column = column - (column @ row) * row
    column = column / np.linalg.norm(column)
    return _vector(row), _vector(column)


def _vector(values: Floats) -> Vector:
    x, y, z = map(as_written, values.tolist())
    return x, y, z
