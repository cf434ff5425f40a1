"""NIfTI files: header -> planes in patient space -> Image. nibabel reads the header; the voxels stay as stored."""

from __future__ import annotations
