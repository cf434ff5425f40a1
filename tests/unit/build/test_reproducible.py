"""The same inputs give the same bytes, wherever and whenever they are built."""

from pathlib import Path

from loadstone_build.cache import user_cache
from loadstone_build.make import wheels
from loadstone_build.paths import DIST
from loadstone_build.site import build_site
from loadstone_build.site_files import site_paths


def test_a_site_that_is_built_again_in_another_folder_is_the_same_to_the_last_byte(tmp_path: Path) -> None:
    again = tmp_path / "elsewhere" / "site"
    build_site(again, wheels("page"), user_cache(), deflate=False)
    assert site_paths(again) == site_paths(DIST)
    assert [path for path in site_paths(DIST) if (again / path).read_bytes() != (DIST / path).read_bytes()] == []
