"""Small modules in the place of large ones that are left out of a wheel, where what stays imports them by name."""

from collections.abc import Mapping

# `from numpy import *` imports each of numpy's public modules, this one too, and so does scipy.ndimage
_NUMPY_F2PY = b'''
"""Left out of this page."""


def __getattr__(name):
    raise AttributeError(f"numpy.f2py.{name}: numpy.f2py compiles Fortran, for which a page has no compiler")
'''

# all that scipy.ndimage takes of scipy.special, which takes scipy.linalg, which takes BLAS: 20 times its own size
_SCIPY_SPECIAL = b'''
"""Left out of this page, but for what scipy.ndimage.rotate needs."""

import math


def sindg(degrees):
    """The sine of an angle in degrees, exact where it is a multiple of 90."""
    quarters, rest = divmod(degrees, 90)
    radians = math.radians(rest)
    return (math.sin(radians), math.cos(radians), -math.sin(radians), -math.cos(radians))[int(quarters) % 4]


def cosdg(degrees):
    """The cosine of an angle in degrees, exact where it is an odd multiple of 90."""
    return sindg(degrees + 90)


def __getattr__(name):
    raise AttributeError(f"scipy.special.{name}: of scipy, this page has scipy.ndimage only")
'''

STAND_INS: Mapping[str, Mapping[str, bytes]] = {
    "numpy": {"numpy/f2py/__init__.py": _NUMPY_F2PY},
    "scipy": {"scipy/special/__init__.py": _SCIPY_SPECIAL},
}


def with_stand_ins(package: str, members: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return a trimmed wheel's members and the modules that stand in for what was left out of it."""
    return {**members, **STAND_INS.get(package, {})}
