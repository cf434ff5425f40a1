"""Where the stock site is: ready-made in an installed package, or built in a clone."""

from pathlib import Path

from loadstone_build.errors import BuildError
from loadstone_build.paths import DIST

# put there by the package's build; a clone has none
INSTALLED_SITE = Path(__file__).with_name("site")


def stock_site(*, installed: Path = INSTALLED_SITE, built: Path = DIST) -> Path:
    """Return the folder of the complete stock site, which every other site is made from.

    Raises BuildError when there is none: in a clone in which nothing was built yet.
    """
    for folder in (installed, built):
        if (folder / "index.html").is_file():
            return folder
    raise BuildError(f"{built}: there is no site yet; run ./build.sh in {built.parent} first")
