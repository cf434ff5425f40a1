"""What goes wrong is told near the picture: what, which value, what next; all loaded before is still there."""

import base64
from collections.abc import Iterator

import pytest
from part10 import GREY, SIXTEEN_BITS, bundled, part10
from playwright.sync_api import Browser, expect
from servers import free_port, odd_server
from viewer_page import ViewerPage, opened


@pytest.fixture(scope="module")
def booted(browser: Browser, site: str) -> Iterator[ViewerPage]:
    with opened(browser, site) as viewer:
        yield viewer


@pytest.fixture
def viewer(booted: ViewerPage) -> Iterator[ViewerPage]:
    """The page with the CT on display, which must still be there and workable after the error."""
    booted.open("example:ct")
    booted.canvas.focus()
    expect(booted.page.locator("#presets option")).to_have_count(6)
    before = booted.picture()
    yield booted
    expect(booted.error).to_be_visible()
    assert booted.picture() == before
    booted.canvas.focus()
    booted.page.keyboard.press("i")
    booted.wait_for_another_picture(before)
    booted.wait_for_status("index", "1 / 1")
    booted.button("Dismiss the error").click()
    expect(booted.error).to_be_hidden()


def expect_error(viewer: ViewerPage, *texts: str) -> None:
    for text in texts:
        expect(viewer.error).to_contain_text(text)


def dropped(data: bytes, name: str = "file.dcm", kind: str = "") -> dict[str, str]:
    return {"name": name, "type": kind, "base64": base64.b64encode(data).decode()}


def ask(viewer: ViewerPage, image_id: str) -> None:
    """As ask_for, but the picture's mark stays: no new picture is to come."""
    field = viewer.page.get_by_label("Image id, or several as a stack")
    field.fill(image_id)
    field.press("Enter")


def test_a_text_that_is_no_image_id(viewer: ViewerPage) -> None:
    ask(viewer, "nonsense")
    expect_error(viewer, "Not an image id", "nonsense", "write scheme:address")


def test_an_unknown_scheme_names_the_known_ones(viewer: ViewerPage) -> None:
    ask(viewer, "sphinx:riddle")
    expect_error(viewer, "sphinx", "example", "wadouri")


def test_an_unknown_sample_names_the_known_ones(viewer: ViewerPage) -> None:
    ask(viewer, "example:xray")
    expect_error(viewer, "xray", "us-cine")


def test_an_address_that_the_server_does_not_know(viewer: ViewerPage, site: str) -> None:
    ask(viewer, f"wadouri:{site}nothing.dcm")
    expect_error(viewer, "The server answered with an error", f"{site}nothing.dcm", "404")


def test_a_port_where_nobody_listens(viewer: ViewerPage) -> None:
    address = f"http://127.0.0.1:{free_port()}/ct.dcm"
    ask(viewer, f"wadouri:{address}")
    expect_error(viewer, "No answer", address, "check the address")


def test_a_server_that_does_not_let_this_page_read_is_told_apart_from_one_that_is_not_there(viewer: ViewerPage) -> None:
    with odd_server(cors=False) as server:
        ask(viewer, f"wadouri:{server.url}/ct.dcm")
        expect_error(viewer, "CORS", server.url, "Access-Control-Allow-Origin")


def test_an_answer_that_is_no_dicom_file(viewer: ViewerPage, site: str) -> None:
    ask(viewer, f"wadouri:{site}style.css")
    expect_error(viewer, "Not an image", f"{site}style.css", "no DICOM file")


def test_an_answer_that_is_no_picture(viewer: ViewerPage, site: str) -> None:
    ask(viewer, f"web:{site}index.html")
    expect_error(viewer, "Not an image", f"{site}index.html")


def test_a_frame_that_the_file_does_not_have(viewer: ViewerPage) -> None:
    ask(viewer, "example:us-cine?frame=31")
    expect_error(viewer, "No such frame", "frame=31", "30 frames")


@pytest.mark.parametrize("length", [100, 300, 2_000, 30_000])
def test_a_dropped_dicom_file_that_ends_too_soon_is_named(viewer: ViewerPage, length: int) -> None:
    viewer.drop(dropped(bundled("CT_small.dcm")[:length], "ct-cut.dcm"))
    expect_error(viewer, "ct-cut.dcm")


def test_rows_and_columns_that_do_not_fit_the_pixel_data(viewer: ViewerPage) -> None:
    viewer.drop(dropped(part10(GREY | {"Rows": 400, "Columns": 300}, bytes(6))))
    expect_error(viewer, "file.dcm", "120000 bytes", "400 rows x 300 columns")


def test_rows_and_columns_that_would_ask_for_gigabytes(viewer: ViewerPage) -> None:
    viewer.drop(dropped(part10(SIXTEEN_BITS | {"Rows": 65535, "Columns": 65535}, bytes(6))))
    expect_error(viewer, "file.dcm", "Too large", "65535 x 65535")


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("raise ValueError('the moon is full')", "the moon is full"),
        ("return None", "gave None; it must give an Image"),
        ("return 'a picture'", "gave 'a picture'; it must give an Image"),
    ],
)
def test_a_loader_of_the_users_own_that_goes_wrong(viewer: ViewerPage, body: str, text: str) -> None:
    viewer.run_python(
        f"async def wrong(image_id, options):\n    {body}\n\nsession.register_image_loader('wrong', wrong)\n'there'"
    )
    expect(viewer.python_output).to_have_text("there")
    ask(viewer, "wrong:1")
    expect_error(viewer, "wrong:1", text)


def test_a_loader_that_never_settles_shows_its_progress_and_can_be_cancelled(booted: ViewerPage) -> None:
    booted.open("example:ct")
    before = booted.picture()
    booted.run_python(
        "import asyncio\nended = []\n\n"
        "async def slow(image_id, options):\n"
        "    try:\n        await asyncio.sleep(3600)\n"
        "    finally:\n        ended.append(image_id)\n\n"
        "session.register_image_loader('slow', slow)\n'there'"
    )
    output = booted.python_output
    expect(output).to_have_text("there")
    ask(booted, "slow:1")
    expect(booted.page.locator("#loading")).to_contain_text("slow:1")
    booted.canvas.focus()
    booted.page.keyboard.press("i")
    booted.wait_for_another_picture(before)
    booted.button("Cancel").press("Enter")
    expect(booted.page.locator("#loading")).to_be_hidden()
    expect(booted.canvas).to_be_focused()
    booted.run_python("ended")
    expect(output).to_contain_text("slow:1")
    booted.wait_for_image("example:ct")
    booted.page.keyboard.press("i")


SLEEPY = """
import asyncio, numpy as np
left = []

async def sleepy(image_id, options):
    try:
        await asyncio.sleep(float(image_id.split(":")[1]))
    except asyncio.CancelledError:
        left.append(image_id)
        raise
    return np.zeros((4, 4), "uint8")

session.register_image_loader("sleepy", sleepy)
"there"
"""

SHOWN_IDS = """
(canvas) => {
    globalThis.shownIds = [];
    new MutationObserver(() => shownIds.push(canvas.dataset.imageId))
        .observe(canvas, { attributeFilter: ["data-image-id"] });
}
"""


def test_an_image_that_comes_after_the_user_has_gone_on_is_never_shown(booted: ViewerPage) -> None:
    booted.open("example:ct")
    booted.run_python(SLEEPY)
    expect(booted.python_output).to_have_text("there")
    booted.canvas.evaluate(SHOWN_IDS)
    # the first comes before patience with it ends, the third takes too long for anybody
    for image_id in ("sleepy:0.1", "sleepy:0.6"):
        ask(booted, image_id)
    booted.wait_for_image("sleepy:0.6")
    ask(booted, "sleepy:3600")
    booted.open("example:mr-small")
    assert set(booted.page.evaluate("shownIds")) - {None} == {"sleepy:0.6", "example:mr-small"}
    expect(booted.page.locator("#loading")).to_be_hidden()
    booted.run_python("left")
    expect(booted.python_output).to_contain_text("sleepy:3600")


def test_a_broken_image_in_a_stack_does_not_bar_the_way(booted: ViewerPage) -> None:
    booted.open("example:ct", "example:nothing", "example:png")
    booted.page.keyboard.press("ArrowDown")
    expect(booted.error).to_contain_text("nothing")
    booted.wait_for_image("example:ct")
    booted.page.keyboard.press("ArrowDown")
    booted.wait_for_image("example:png")
    booted.wait_for_status("index", "3 / 3")


def test_an_error_of_a_stack_goes_when_the_user_goes_on(booted: ViewerPage) -> None:
    booted.open("example:ct", "example:nothing", "example:png")
    booted.page.keyboard.press("ArrowDown")
    expect(booted.error).to_contain_text("nothing")
    booted.page.keyboard.press("ArrowDown")
    booted.wait_for_image("example:png")
    expect(booted.error).to_be_hidden()


def test_an_error_of_an_image_that_was_passed_over_is_not_told(booted: ViewerPage) -> None:
    booted.run_python(
        "import asyncio\n\nasync def broken(image_id, options):\n"
        "    await asyncio.sleep(0.1)\n    raise ValueError(image_id)\n\n"
        "session.register_image_loader('broken', broken)\n'there'"
    )
    expect(booted.python_output).to_have_text("there")
    booted.page.evaluate("""() => {
        globalThis.told = [];
        const error = document.querySelector("#error");
        new MutationObserver(() => told.push(error.textContent)).observe(error, { childList: true });
    }""")
    booted.open("example:ct", "broken:1", "broken:2")
    # in one turn of the page, so that the error of the first has no time to arrive in between
    booted.page.evaluate("""() => {
        const key = { key: "ArrowDown", bubbles: true };
        const down = () => document.body.dispatchEvent(new KeyboardEvent("keydown", key));
        down();
        down();
    }""")
    expect(booted.error).to_contain_text("broken:2")
    assert len(booted.page.evaluate("told")) == 1


@pytest.mark.parametrize("name", ["Try again", "Dismiss the error"])
def test_the_focus_goes_to_the_picture_when_the_error_goes(booted: ViewerPage, name: str) -> None:
    booted.open("example:ct")
    ask(booted, "example:nothing")
    expect(booted.error).to_contain_text("nothing")
    booted.button(name).press("Enter")
    expect(booted.canvas).to_be_focused()


def test_try_again_asks_again(booted: ViewerPage) -> None:
    booted.open("example:ct")
    booted.run_python(
        "import numpy as np\ntries = []\n\n"
        "async def moody(image_id, options):\n"
        "    tries.append(1)\n"
        "    if len(tries) < 2:\n        raise RuntimeError('not now')\n"
        "    return np.arange(16, dtype='uint8').reshape(4, 4)\n\n"
        "session.register_image_loader('moody', moody)\n'there'"
    )
    expect(booted.python_output).to_have_text("there")
    ask(booted, "moody:1")
    expect(booted.error).to_contain_text("not now")
    booted.button("Try again").click()
    booted.wait_for_image("moody:1")
    expect(booted.error).to_be_hidden()
