"""Overlay planes."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from pydicom.tag import Tag

from ...image import Overlay
from ...metadata import OverlayPlane, OverlayPlaneModule
from ..functional_groups import DicomFrame
from ..values import number

__all__ = ["overlay_plane"]

# of the group 60xx
_ROI_AREA = 0x1301
_ROI_MEAN = 0x1302
_ROI_STANDARD_DEVIATION = 0x1303


def overlay_plane(frame: DicomFrame, overlays: Mapping[int, Overlay]) -> OverlayPlaneModule | None:
    """The frame's ``overlays``, by group; None where it has none."""
    planes = tuple(_plane(frame, group, overlay) for group, overlay in overlays.items())
    return OverlayPlaneModule(planes) if planes else None


def _plane(frame: DicomFrame, group: int, overlay: Overlay) -> OverlayPlane:
    row, column = overlay.origin
    return OverlayPlane(
        group=group,
        rows=overlay.rows,
        columns=overlay.columns,
        type=overlay.kind,
        x=column - 1,
        y=row - 1,
        pixel_data=overlay.bits.reshape(-1).view(np.uint8),
        description=overlay.description or None,
        label=overlay.label or None,
        roi_area=number(frame.data_set, Tag(group, _ROI_AREA)),
        roi_mean=number(frame.data_set, Tag(group, _ROI_MEAN)),
        roi_standard_deviation=number(frame.data_set, Tag(group, _ROI_STANDARD_DEVIATION)),
    )
