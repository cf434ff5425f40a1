"""What the page can call, by name: one module for each kind of call, with a table of its own."""

from __future__ import annotations

from collections.abc import Mapping

from ..context import Call
from .cornerstone import CORNERSTONE
from .images import IMAGES
from .loaders import LOADERS
from .packages import PACKAGES
from .programs import PROGRAMS
from .saving import SAVING
from .settings import SETTINGS
from .sources import SOURCES
from .views import VIEWS
from .volumes import VOLUMES

__all__ = ["CALLS"]

CALLS: Mapping[str, Call] = {
    **IMAGES,
    **LOADERS,
    **CORNERSTONE,
    **VIEWS,
    **VOLUMES,
    **SOURCES,
    **SETTINGS,
    **PROGRAMS,
    **PACKAGES,
    **SAVING,
}
