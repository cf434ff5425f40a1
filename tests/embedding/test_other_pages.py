"""Pages of other folders and of other origins import loadstone.js as it is."""

from collections.abc import Iterator
from pathlib import Path

import pydicom
import pytest
from playwright.sync_api import Page
from pydicom.data import get_testdata_file
from tests.embedding.conftest import serving_as

from loadstone_build.paths import DIST
from loadstone_build.server import SiteHandler

JPEG_2000 = Path(str(get_testdata_file("JPEG2000.dcm", download=False)))

HTML = """<!doctype html>
<script type="module">
  import { createLoadstone } from "%s";
  globalThis.createLoadstone = createLoadstone;
  const worker = new URL(location.href).searchParams.get("worker") !== "false";
  try {
    const loadstone = await createLoadstone({ worker });
    const example = await loadstone.loadImage("example:ct").promise;
    const compressed = await loadstone.loadImage("wadouri:images/compressed.dcm").promise;
    document.title = JSON.stringify([example.rows, compressed.getPixelData()[108431]]);
  } catch (error) {
    document.title = error.message;
  }
  document.body.dataset.state = "ready";
</script>
<body></body>
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Loadstone in ``loadstone/``; ``app/images/`` is beside the pages of ``app/``."""
    folder = tmp_path_factory.mktemp("host")
    (folder / "loadstone").symlink_to(DIST, target_is_directory=True)
    (folder / "app" / "images").mkdir(parents=True)
    (folder / "app" / "images" / "compressed.dcm").write_bytes(JPEG_2000.read_bytes())
    return folder


@pytest.fixture(scope="module")
def host(folder: Path) -> Iterator[str]:
    with serving_as(SiteHandler, folder) as address:
        yield address


def title(page: Page, address: str) -> str:
    page.goto(address)
    page.wait_for_selector("body[data-state=ready]", state="attached", timeout=60_000)
    return page.title()


def expected() -> str:
    return f"[128,{pydicom.dcmread(JPEG_2000).pixel_array.reshape(-1)[108431]}]"


@pytest.mark.parametrize("worker", ["true", "false"])
def test_a_page_of_another_folder_loads_images_beside_itself(page: Page, folder: Path, host: str, worker: str) -> None:
    (folder / "app" / "page.html").write_text(HTML % "../loadstone/loadstone.js")
    assert title(page, f"{host}app/page.html?worker={worker}") == expected()


@pytest.mark.parametrize("worker", ["true", "false"])
def test_a_page_of_another_origin_loads_images_beside_itself(
    page: Page, folder: Path, host: str, allowing: str, worker: str
) -> None:
    (folder / "app" / "foreign.html").write_text(HTML % f"{allowing}loadstone.js")
    assert title(page, f"{host}app/foreign.html?worker={worker}") == expected()
    assert bool([worker for worker in page.workers if worker.url.startswith("blob:")])


@pytest.mark.parametrize("worker", ["true", "false"])
def test_an_origin_that_does_not_allow_it_is_told(page: Page, host: str, refusing: str, worker: str) -> None:
    page.goto(f"{host}loadstone/loadstone.js")
    message = page.evaluate(
        """async ([host, baseUrl, worker]) => {
            const { createLoadstone } = await import(`${host}loadstone/loadstone.js`);
            return createLoadstone({ baseUrl, worker }).catch((error) => error.message);
        }""",
        [host, refusing, worker == "true"],
    )
    assert message.startswith(refusing)
    assert "could not be loaded" in message
    assert "check that all of Loadstone's files are served there, or give createLoadstone the baseUrl" in message
    assert f"since this page is of {host[:-1]}, they need the header Access-Control-Allow-Origin" in message
