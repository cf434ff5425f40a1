"""Packages of the page, loaded on first need."""

import asyncio

import pytest
from doubles import turns

from loadstone._browser.site_packages import SitePackages


class Loading:
    """Loads that end when they are let; ``fails`` names those that fail."""

    def __init__(self, *, fails: frozenset[str] = frozenset()) -> None:
        self.begun: list[str] = []
        self.fails = fails
        self.gates: dict[str, asyncio.Event] = {}

    async def __call__(self, package: str) -> None:
        self.begun.append(package)
        await self.gates.setdefault(package, asyncio.Event()).wait()
        if package in self.fails:
            raise ValueError(package)


async def test_a_package_is_loaded_once_however_many_need_it():
    loading = Loading()
    packages = SitePackages(loading, imported=())
    both = asyncio.gather(packages.require("pillow"), packages.require("pillow"))
    await turns()
    loading.gates["pillow"].set()
    await both
    await packages.require("pillow")
    assert loading.begun == ["pillow"]


async def test_one_that_failed_is_tried_again():
    loading = Loading(fails=frozenset({"pillow"}))
    packages = SitePackages(loading, imported=())
    loading.gates["pillow"] = asyncio.Event()
    loading.gates["pillow"].set()
    with pytest.raises(ValueError, match="pillow"):
        await packages.require("pillow")
    loading.fails = frozenset()
    await packages.require("pillow")
    assert loading.begun == ["pillow", "pillow"]


async def test_pydicom_is_not_imported_while_another_package_is_there_by_half():
    loading = Loading()
    packages = SitePackages(loading, imported=())
    pillow = asyncio.ensure_future(packages.require("pillow"))
    pydicom = asyncio.ensure_future(packages.require("pydicom"))
    await turns()
    loading.gates["pydicom"].set()
    await turns()
    assert not pydicom.done()
    # who asked for it may have given it up, but the page goes on loading it
    pillow.cancel()
    await turns()
    assert not pydicom.done()
    loading.gates["pillow"].set()
    await asyncio.wait_for(pydicom, 5)


async def test_once_it_is_imported_nothing_waits_for_others():
    loading = Loading()
    packages = SitePackages(loading, imported={"pydicom"})
    pillow = asyncio.ensure_future(packages.require("pillow"))
    pydicom = asyncio.ensure_future(packages.require("pydicom"))
    await turns()
    loading.gates["pydicom"].set()
    await asyncio.wait_for(pydicom, 5)
    assert not pillow.done()
    pillow.cancel()
