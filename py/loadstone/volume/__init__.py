"""Volumes: stacks of images as one array with its place in patient space, and the planes that are cut out of it."""

from __future__ import annotations

from .loading import LoadSlice, VolumeLoad, VolumeLoads
from .volume import Volume

__all__ = ["LoadSlice", "Volume", "VolumeLoad", "VolumeLoads"]
