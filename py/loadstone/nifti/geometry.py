"""Where the planes of a NIfTI file lie in the patient, and how they are turned to be looked at.

NIfTI's world has x to the right, y to the front, z up (RAS+); DICOM's patient space, in which everything here
answers, has x to the left and y to the back (LPS+).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Placement", "placement_of"]

Floats = NDArray[np.float64]

_RAS_TO_LPS = np.diag([-1.0, -1.0, 1.0, 1.0])
# codes of xyzt_units: metre, millimetre, micrometre; 0 is not told
_MILLIMETRES = {0: 1.0, 1: 1000.0, 2: 1.0, 3: 0.001}
# an angle between axes whose cosine is below this is right; headers hold single floats
_RIGHT_ANGLE = 1e-4


@dataclass(frozen=True, eq=False)
class Placement:
    """How pictures are made of the stored planes, and where their pixels lie.

    A stored plane ``[j, i]`` is transposed first (``transposed``), then its rows, then its columns are reversed.
    ``affine`` takes the picture's ``(column, row, slice, 1)`` to LPS in mm.
    """

    affine: Floats
    transposed: bool = False
    rows_reversed: bool = False
    columns_reversed: bool = False
    warnings: tuple[str, ...] = field(default=())

    def picture(self, plane: NDArray[Any]) -> NDArray[Any]:
        """The stored plane ``(j, i[, samples])`` as it is shown; a view of it."""
        if self.transposed:
            plane = plane.swapaxes(0, 1)
        if self.rows_reversed:
            plane = plane[::-1]
        return plane[:, ::-1] if self.columns_reversed else plane

    @property
    def row_spacing(self) -> float:
        """The distance of neighbouring rows."""
        return float(np.linalg.norm(self.affine[:3, 1]))

    @property
    def column_spacing(self) -> float:
        return float(np.linalg.norm(self.affine[:3, 0]))

    @property
    def row_cosines(self) -> tuple[float, ...]:
        """The direction along a row, as a unit vector."""
        return _as_tuple(self.affine[:3, 0] / self.column_spacing)

    @property
    def column_cosines(self) -> tuple[float, ...]:
        """The direction down a column, as a unit vector."""
        return _as_tuple(self.affine[:3, 1] / self.row_spacing)

    @property
    def slice_spacing(self) -> float:
        """The distance of neighbouring planes, along their normal."""
        normal = np.cross(self.affine[:3, 0], self.affine[:3, 1])
        return float(abs(normal @ self.affine[:3, 2]) / np.linalg.norm(normal))

    def position(self, slice_index: int) -> tuple[float, ...]:
        """The centre of the first pixel of a slice."""
        return _as_tuple(self.affine[:3, 2] * slice_index + self.affine[:3, 3])


def placement_of(header: Any, shape: tuple[int, ...]) -> Placement:
    """The placement that nibabel's ``header`` tells, for stored lengths ``shape`` of i, j, k.

    The sform counts, else the qform, else the voxel sizes alone. Planes stay as they are stored, but are turned by
    quarters and mirrored so that rows run to the patient's left (or else to the back) and columns to the feet (or else
    to the back), as radiology looks at them.
    """
    affine, warnings = _affine(header)
    unit = int(header["xyzt_units"]) & 0x07
    if unit not in _MILLIMETRES:
        warnings.append(f"the header's unit of length has the code {unit}, which NIfTI does not know; taken as mm")
    affine[:3] *= _MILLIMETRES.get(unit, 1.0)
    warnings += _shears(affine)
    transposed, rows_reversed, columns_reversed = _turn(affine)
    # from the picture's (column, row, slice) to the stored (i, j, k)
    across, down = (1, 0) if transposed else (0, 1)
    stored = np.zeros((4, 4))
    stored[across, 0] = -1 if columns_reversed else 1
    stored[across, 3] = shape[across] - 1 if columns_reversed else 0
    stored[down, 1] = -1 if rows_reversed else 1
    stored[down, 3] = shape[down] - 1 if rows_reversed else 0
    stored[2, 2] = stored[3, 3] = 1
    return Placement(_RAS_TO_LPS @ affine @ stored, transposed, rows_reversed, columns_reversed, tuple(warnings))


def _affine(header: Any) -> tuple[Floats, list[str]]:
    """The best affine that can be used, to RAS in the header's unit, and what is to be said about it."""
    from nibabel.spatialimages import HeaderDataError

    warnings: list[str] = []
    for name in ("sform", "qform"):
        if int(header[f"{name}_code"]) == 0:
            continue
        try:
            affine = header.get_sform() if name == "sform" else header.get_qform()
        except (HeaderDataError, ValueError) as error:
            warnings.append(f"the header's {name} can not be used ({error})")
            continue
        if _spans_space(affine):
            return affine, warnings
        warnings.append(f"the header's {name} can not be used (its axes do not span space)")
    warnings.append(
        "the file does not say where in the patient it lies (no sform, no qform): rows are taken to run to the "
        "patient's left and columns to the back, about the volume's centre; left and right may be wrong"
    )
    affine = header.get_base_affine()
    return (affine if _spans_space(affine) else np.eye(4)), warnings


def _spans_space(affine: Floats) -> bool:
    if not np.isfinite(affine).all():
        return False
    lengths = np.linalg.norm(affine[:3, :3], axis=0)
    return bool(lengths.all() and abs(np.linalg.det(affine[:3, :3] / lengths)) > 1e-6)


def _shears(affine: Floats) -> list[str]:
    axes = affine[:3, :3] / np.linalg.norm(affine[:3, :3], axis=0)
    angles = {
        "i and j": axes[:, 0] @ axes[:, 1],
        "i and k": axes[:, 0] @ axes[:, 2],
        "j and k": axes[:, 1] @ axes[:, 2],
    }
    return [
        f"the axes {names} meet at {np.degrees(np.arccos(cosine)):.2f}° instead of 90°: the volume is sheared; "
        "each plane is shown with right angles"
        for names, cosine in angles.items()
        if abs(cosine) > _RIGHT_ANGLE
    ]


def _turn(affine: Floats) -> tuple[bool, bool, bool]:
    """Whether planes are to be transposed, and then their rows and columns reversed."""
    from nibabel.orientations import io_orientation

    orientation = io_orientation(affine)
    axis = [int(nearest) for nearest, _ in orientation]
    # left-right lies across, up-down upright; front-back takes what is left
    transposed = axis[0] > axis[1]
    across, down = (1, 0) if transposed else (0, 1)
    # right, front and up are the positive directions; pictures run to the left, the back and the feet
    return transposed, bool(orientation[down][1] > 0), bool(orientation[across][1] > 0)


def _as_tuple(vector: Floats) -> tuple[float, ...]:
    # + 0.0: no minus zeros
    return tuple(float(part) + 0.0 for part in vector)
