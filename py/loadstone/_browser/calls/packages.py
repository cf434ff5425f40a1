"""Calls that install Python packages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..context import Call, Context
from ..parameters import Parameters

__all__ = ["PACKAGES"]


async def _install_packages(context: Context, params: Parameters) -> Any:
    # what it imports is needed by those alone who install something
    from ..installing import install_packages

    installed = await install_packages(
        params["packages"],
        params["names"],
        fetch=context.fetch,
        require=context.require,
        index_urls=params.get("indexUrls", ()),
    )
    return [{"name": name, "version": version} for name, version in installed]


PACKAGES: Mapping[str, Call] = {"installPackages": _install_packages}
