"""DICOM: from the bytes of a file to one frame as an image. Needs pydicom; imported on first need."""

from __future__ import annotations
