"""The page as the tests drive it: what a person does, and what a person sees."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Locator, Page, expect

__all__ = ["CANVAS_SHA256", "ViewerPage", "opened"]

_CANVAS_PIXELS = """
(canvas) => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let text = "";
    for (let start = 0; start < data.length; start += 8192) {
        text += String.fromCharCode(...data.subarray(start, start + 8192));
    }
    return btoa(text);
}
"""

CANVAS_SHA256 = """
async (canvas) => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    const digest = await crypto.subtle.digest("SHA-256", data);
    return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
"""

_DROP = """
([target, files]) => {
    const transfer = new DataTransfer();
    for (const { name, type, base64 } of files) {
        transfer.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], name, { type }));
    }
    for (const name of ["dragenter", "dragover", "drop"]) {
        target.dispatchEvent(new DragEvent(name, { dataTransfer: transfer, bubbles: true, cancelable: true }));
    }
}
"""


class ViewerPage:
    """A booted page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.canvas = page.locator("#canvas")
        self.error = page.locator("#error")
        self.python_output = page.locator("#python-output")

    def open(self, *image_ids: str) -> None:
        """Type ids into the address field and wait until the first is painted."""
        self.ask_for(*image_ids)
        self.wait_for_image(image_ids[0])

    def start_over(self) -> None:
        """Close what is the user's, so that the next test finds the page as it begins."""
        for name in ("Close this study", "Dismiss"):
            while self.button(name).count():
                self.button(name).first.click()
        self.open("example:ct")

    def ask_for(self, *image_ids: str) -> None:
        """Type ids into the address field and press Enter."""
        # the same image may be on display already; its new picture sets the mark again
        self.canvas.evaluate("(canvas) => delete canvas.dataset.imageId")
        field = self.page.get_by_label("Image id, or several as a stack")
        field.fill(" ".join(image_ids))
        field.press("Enter")
        self.canvas.focus()

    def wait_for_image(self, image_id: str) -> None:
        expect(self.canvas).to_have_attribute("data-image-id", image_id)

    def wait_for_status(self, name: str, text: str) -> None:
        expect(self.page.locator(f"#status-{name}")).to_have_text(text)

    def status(self, name: str) -> str:
        return self.page.locator(f"#status-{name}").inner_text()

    def view(self) -> dict[str, Any]:
        """The view of the picture on the canvas, as Python resolved it."""
        view: dict[str, Any] = json.loads(self.canvas.get_attribute("data-view") or "{}")
        return view

    def wait_for_view(self, **fields: object) -> dict[str, Any]:
        """The view, as soon as it has these values."""
        for _ in range(200):
            view = self.view()
            if all(view.get(name) == value for name, value in fields.items()):
                return view
            self.page.wait_for_timeout(25)
        raise AssertionError(f"no view with {fields} came; the last was {view}")

    def picture(self) -> str:
        """The SHA-256 of the canvas's pixels."""
        digest: str = self.canvas.evaluate(CANVAS_SHA256)
        return digest

    def pixels(self) -> bytes:
        """The canvas's RGBA."""
        return base64.b64decode(self.canvas.evaluate(_CANVAS_PIXELS))

    def wait_for_another_picture(self, before: str) -> str:
        for _ in range(200):
            now = self.picture()
            if now != before:
                return now
            self.page.wait_for_timeout(25)
        raise AssertionError("the canvas stayed as it was")

    def box(self) -> tuple[float, float, float, float]:
        """Left, top, width, height of the canvas in CSS pixels."""
        box = self.canvas.bounding_box()
        assert box is not None
        return box["x"], box["y"], box["width"], box["height"]

    def point_at(self, across: float = 0.5, down: float = 0.5) -> None:
        """Move the mouse to a place on the canvas, in fractions of its size."""
        left, top, width, height = self.box()
        # whole pixels: wheel events know no others
        self.page.mouse.move(round(left + across * width), round(top + down * height))

    def drag(self, by_x: float, by_y: float, *, button: Any = "left") -> None:
        """Drag from the canvas's centre by so many CSS pixels."""
        left, top, width, height = self.box()
        x, y = left + width / 2, top + height / 2
        self.page.mouse.move(x, y)
        self.page.mouse.down(button=button)
        self.page.mouse.move(x + by_x / 2, y + by_y / 2)
        self.page.mouse.move(x + by_x, y + by_y)
        self.page.mouse.up(button=button)

    def drop(self, *files: Mapping[str, str]) -> None:
        """Drop files (``name``, ``type``, ``base64``) on the page."""
        target = self.page.evaluate_handle("document.querySelector('main')")
        self.page.evaluate(_DROP, [target, list(files)])

    def drop_paths(self, *paths: Path) -> None:
        """Drop files and folders of this machine on the picture, as a file manager does."""
        session = self.page.context.new_cdp_session(self.page)
        left, top, width, height = self.box()
        place = {"x": left + width / 2, "y": top + height / 2}
        data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
        for kind in ("dragEnter", "dragOver", "drop"):
            session.send("Input.dispatchDragEvent", {"type": kind, **place, "data": data})
        session.detach()

    def write_python(self, source: str, *, shows: str = "") -> None:
        """Put a program into the Python panel, and the image ids that it is to show."""
        expect(self.page.locator("#python-editor")).to_have_attribute("data-state", "ready")
        self.page.locator("#python-editor .cm-content").fill(source)
        self.page.get_by_label("Shows").fill(shows)

    def run_python(self, source: str, *, shows: str = "") -> Locator:
        """Run a program in the Python panel; gives the panel's output."""
        self.write_python(source, shows=shows)
        self.button("Run").click()
        return self.python_output

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)


@contextmanager
def opened(
    browser: Browser, address: str, *, requests: list[str] | None = None, **context_options: Any
) -> Iterator[ViewerPage]:
    """The page in a context of its own, as soon as its first image is painted; ``requests`` gets its addresses."""
    given = {"viewport": {"width": 1280, "height": 800}, "service_workers": "block", **context_options}
    context = browser.new_context(**given)
    if requests is not None:
        context.on("request", lambda request: requests.append(request.url))
    context.set_default_timeout(20_000)
    page = context.new_page()
    page.goto(address)
    page.wait_for_selector("body[data-state=ready]", timeout=60_000)
    yield ViewerPage(page)
    context.close()
