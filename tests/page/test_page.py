"""The page as a whole: what it asks for, what it allows, how it fits, what it says when it cannot start."""

from io import BytesIO
from urllib.parse import urlsplit

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, Route, expect
from viewer_page import opened


def test_no_page_load_makes_a_request_outside_its_own_folder(page: Page, site: str, requests: list[str]) -> None:
    page.goto(site)
    page.wait_for_selector("#samples canvas[data-state=painted] >> nth=7")
    assert len(requests) > 20
    assert [url for url in requests if not url.startswith((site, "data:", "blob:"))] == []


def test_the_page_loads_without_a_complaint(page: Page, site: str, complaints: list[str]) -> None:
    page.goto(site)
    page.wait_for_selector("#samples canvas[data-state=painted] >> nth=7")
    assert complaints == []


def test_the_security_policy_forbids_foreign_scripts(page: Page, site: str) -> None:
    page.goto(site)
    policy = page.locator("meta[http-equiv=Content-Security-Policy]").get_attribute("content") or ""
    rules = {name: sources for name, *sources in (rule.split() for rule in policy.split(";"))}
    assert rules["default-src"] == ["'none'"]
    assert rules["script-src"] == ["'self'", "'wasm-unsafe-eval'"]
    assert rules["worker-src"] == ["'self'"]
    refused = """
        (source) => new Promise((resolve) => {
            const script = Object.assign(document.createElement("script"), { src: source });
            document.addEventListener("securitypolicyviolation", (event) => resolve(event.effectiveDirective));
            script.onload = () => resolve("loaded");
            document.head.append(script);
        })
    """
    assert page.evaluate(refused, "data:text/javascript,1") == "script-src-elem"


def test_no_width_needs_sideways_scrolling(browser: Browser, site: str) -> None:
    with opened(browser, f"{site}#id=example%3Aus-cine") as viewer:
        expect(viewer.page.locator("#samples canvas[data-state=painted]")).to_have_count(9)
        for width in (320, 375, 760, 768, 960, 1024, 1179, 1180, 1440, 2560):
            viewer.page.set_viewport_size({"width": width, "height": 812})
            assert viewer.page.evaluate("document.documentElement.scrollWidth") <= width
            _, _, canvas_width, canvas_height = viewer.box()
            assert min(canvas_width, canvas_height) > 200, f"the picture is too small at a width of {width}"


def test_every_control_has_a_name(browser: Browser, site: str) -> None:
    with opened(browser, site) as viewer:
        for role in ("button", "textbox", "combobox", "slider"):
            for control in viewer.page.get_by_role(role).all():
                snapshot = control.aria_snapshot()
                assert '"' in snapshot, f"{role} without a name: {snapshot}"


def test_the_page_says_which_file_is_missing_when_it_cannot_start(page: Page, site: str) -> None:
    page.route("**/python_stdlib.zip", lambda route: route.fulfill(status=404))
    page.goto(site)
    expect(page.locator("#error")).to_contain_text("python_stdlib.zip", timeout=20_000)
    expect(page.locator("#error")).to_contain_text("404")
    expect(page.locator("body")).to_have_attribute("data-state", "error")


@pytest.mark.parametrize("name", ["engine.js", "pyodide.mjs", "pyodide.asm.wasm", "pyodide-lock.json"])
def test_a_missing_file_of_the_runtime_is_an_error_not_a_wait_for_ever(page: Page, site: str, name: str) -> None:
    page.route(f"**/{name}", lambda route: route.abort())
    page.goto(site)
    expect(page.locator("#error")).to_contain_text(name, timeout=20_000)


def test_a_missing_wheel_is_named(page: Page, site: str) -> None:
    page.route("**/loadstone-*.whl", lambda route: route.fulfill(status=404))
    page.goto(site)
    expect(page.locator("#error")).to_contain_text("loadstone", timeout=20_000)


def test_a_host_that_does_not_know_the_type_of_wasm_files_serves_the_page_too(page: Page, site: str) -> None:
    def serve(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, headers={**answer.headers, "content-type": "application/octet-stream"})

    page.route("**/pyodide.asm.wasm", serve)
    page.goto(site)
    page.wait_for_selector("body[data-state=ready]", timeout=60_000)


def test_an_unknown_id_in_the_pages_address_is_told_and_the_first_sample_shown(browser: Browser, site: str) -> None:
    with opened(browser, f"{site}#id=sphinx%3Ariddle") as viewer:
        viewer.wait_for_image("example:ct")
        expect(viewer.error).to_contain_text("sphinx")


def test_an_image_in_the_pages_address_that_never_comes_can_be_given_up_for_the_first_sample(
    page: Page, site: str
) -> None:
    page.route("**/never.dcm", lambda route: None)
    page.goto(f"{site}#id=wadouri:{site}never.dcm")
    page.get_by_role("button", name="Cancel").click(timeout=60_000)
    page.wait_for_selector("body[data-state=ready]", timeout=20_000)
    expect(page.locator("#canvas")).to_have_attribute("data-image-id", "example:ct")
    expect(page.locator("#loading")).to_be_hidden()


@pytest.mark.parametrize("name", ["main.js", "viewer.js"])
def test_a_missing_script_of_the_page_is_an_error_too(page: Page, site: str, name: str) -> None:
    page.route(f"**/{name}", lambda route: route.fulfill(status=404))
    page.goto(site)
    expect(page.locator("#error")).to_contain_text("check that the site was copied whole")
    expect(page.locator("#boot")).to_be_hidden()


def test_the_start_is_shown_step_by_step(page: Page, site: str) -> None:
    held: list[Route] = []
    page.route("**/numpy-*.whl", lambda route: held.append(route))
    page.goto(site)
    current = page.locator("#boot li[data-state=current]")
    expect(current).to_contain_text("MB", timeout=20_000)
    expect(current).to_contain_text("Python runtime")
    while not held:
        page.wait_for_timeout(50)
    before = page.locator("#boot-bar").evaluate("(bar) => bar.position")
    assert 0 < before < 1
    held[0].continue_()
    page.wait_for_selector("body[data-state=ready]", timeout=60_000)
    assert page.locator("#boot-bar").evaluate("(bar) => bar.position") > before
    expect(page.locator("#boot")).to_be_hidden()


def test_forced_colours_show_which_tool_and_sample_are_chosen(browser: Browser, site: str) -> None:
    with opened(browser, site, forced_colors="active") as viewer:

        def ground(name: str) -> object:
            # computed styles tell the colours that were asked for, not those that were forced
            return Image.open(BytesIO(viewer.button(name).screenshot())).getpixel((8, 4))

        assert ground("Window") != ground("Pan") == ground("Zoom")
        assert ground("CT, 128 × 128, 16 bit signed") != ground("MR, 64 × 64, 16 bit signed")


def test_a_larger_text_size_of_the_browser_enlarges_the_text_and_keeps_everything_in_reach(
    browser: Browser, site: str
) -> None:
    with opened(browser, site) as viewer:
        session = viewer.page.context.new_cdp_session(viewer.page)
        session.send("Page.enable")
        session.send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})
        expect(viewer.page.locator("h1")).to_have_css("font-size", "33px")
        assert viewer.page.evaluate("document.documentElement.scrollWidth") <= 1280
        clipped = "(element) => element.scrollWidth > element.clientWidth"
        for name in ("window", "zoom", "index"):
            assert not viewer.page.locator(f"#status-{name}").evaluate(clipped), name


def test_a_phone_on_its_side_shows_the_whole_picture(browser: Browser, site: str) -> None:
    with opened(browser, site, viewport={"width": 740, "height": 360}) as viewer:
        _, top, _, height = viewer.box()
        assert height >= 200
        assert top + height <= 360


def test_the_page_address_holds_no_file_of_this_visit(browser: Browser, site: str) -> None:
    with opened(browser, site) as viewer:
        viewer.drop({"name": "x.bin", "type": "", "base64": "eHh4"})
        expect(viewer.error).to_contain_text("x.bin")
        assert urlsplit(viewer.page.url).fragment == ""
