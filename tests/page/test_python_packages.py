"""``installPackages``: wheels beside the page, dropped ones, the index, and what is said without a network."""

import base64
from collections.abc import Iterator
from typing import Any

import pytest
from made_wheel import index_page, made_wheel
from playwright.sync_api import Browser, BrowserContext, Page, Route

# in two parts, since no file names the host of a package registry
PYPI = "https://py" + "pi.org/simple/"
FILES = "https://files.python" + "hosted.org/packages/"
CROSS_ORIGIN = {"Access-Control-Allow-Origin": "*"}


class Index:
    """Stands in for PyPI: its packages' files by name; ``is_reachable`` False cuts the network to it."""

    def __init__(self, context: BrowserContext) -> None:
        self.packages: dict[str, dict[str, bytes]] = {}
        self.is_reachable = True
        self.asked: list[str] = []
        context.route(f"{PYPI}**", self._answer)
        context.route(f"{FILES}**", self._answer)

    def _answer(self, route: Route) -> None:
        url = route.request.url
        self.asked.append(url)
        name = url.rstrip("/").rpartition("/")[2]
        files = {name: data for listed in self.packages.values() for name, data in listed.items()}
        if not self.is_reachable:
            route.abort("internetdisconnected")
        elif name in files:
            route.fulfill(body=files[name], headers=CROSS_ORIGIN)
        elif name in self.packages:
            route.fulfill(
                body=index_page(name, self.packages[name], FILES),
                headers={**CROSS_ORIGIN, "Content-Type": "application/vnd.pypi.simple.v1+json"},
            )
        else:
            route.fulfill(status=404, headers=CROSS_ORIGIN)


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context()
    yield context
    context.close()


@pytest.fixture(scope="module")
def index(context: BrowserContext) -> Index:
    return Index(context)


@pytest.fixture(scope="module")
def page(context: BrowserContext, index: Index, site: str) -> Page:
    page = context.new_page()
    page.goto(f"{site}loadstone.js")
    page.evaluate(f"""async () => {{
        const {{ createLoadstone }} = await import("{site}loadstone.js");
        globalThis.loadstone = await createLoadstone();
        globalThis.file = (name, base64) => new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], name);
        globalThis.failure = (packages, options) => loadstone.installPackages(packages, options).then(
            () => "no failure", ({{ name, message }}) => [name, message]);
    }}""")
    return page


def run(page: Page, body: str, argument: object = None) -> Any:
    return page.evaluate(f"async (argument) => {{ {body} }}", argument)


def python(page: Page, source: str) -> Any:
    return run(page, "return loadstone.runPython(argument, { replay: false })", source)


def drop(page: Page, name: str, data: bytes, *, action: str = "loadstone.installPackages") -> Any:
    return run(page, f"return {action}([file(...argument)])", [name, base64.b64encode(data).decode()])


def test_a_wheel_beside_the_page_is_installed_by_its_relative_path(page: Page) -> None:
    data = made_wheel("beside", "1.0", "colour = 'red'")
    page.context.route("**/some/where/wheels/beside-1.0-py3-none-any.whl", lambda route: route.fulfill(body=data))
    installed = run(page, "return loadstone.installPackages(['wheels/beside-1.0-py3-none-any.whl'])")
    assert installed == [{"name": "beside", "version": "1.0"}]
    assert python(page, "import beside; beside.colour") == "red"


def test_a_dropped_wheel_may_be_called_anything_and_a_newer_one_takes_its_place(page: Page) -> None:
    for version in ("1.0", "1.1"):
        data = made_wheel("dropped", version, f"version = '{version}'")
        assert drop(page, "dropped (2).whl", data) == [{"name": "dropped", "version": version}]
        assert python(page, "import dropped; dropped.version") == version
    assert python(page, "import importlib.metadata; importlib.metadata.version('dropped')") == "1.1"


def test_wheels_that_need_each_other_are_installed_together(page: Page, index: Index) -> None:
    upper = made_wheel("upper", "1.0", "from lower import value", requires=["lower>=2"])
    lower = made_wheel("lower", "2.0", "value = 5")
    index.asked.clear()
    files = [base64.b64encode(data).decode() for data in (upper, lower)]
    run(page, "await loadstone.installPackages(argument.map((data) => file('some.whl', data)))", files)
    assert python(page, "import upper; upper.value") == 5
    assert index.asked == []


def test_a_name_comes_from_the_index_with_what_it_needs(page: Page, index: Index) -> None:
    first = made_wheel("first", "2.5", "from second import value", requires=["second", "numpy>=2"])
    index.packages["first"] = {"first-2.5-py3-none-any.whl": first, "first-2.6-py3-none-any.whl": b"not wanted"}
    index.packages["second"] = {"second-1.0-py3-none-any.whl": made_wheel("second", "1.0", "value = 7")}
    assert run(page, "return loadstone.installPackages(['first<2.6'])") == [{"name": "first", "version": "2.5"}]
    assert python(page, "import first; first.value") == 7


def test_a_package_that_comes_with_the_page_asks_no_index(page: Page, index: Index) -> None:
    index.asked.clear()
    assert [one["name"] for one in run(page, "return loadstone.installPackages(['nibabel'])")] == ["nibabel"]
    assert python(page, "import nibabel; nibabel.Nifti1Image.__name__") == "Nifti1Image"
    assert index.asked == []


def test_another_index_can_be_named(page: Page, index: Index) -> None:
    data = made_wheel("inhouse", "3.0", "value = 9")
    listed = '<a href="inhouse-3.0-py3-none-any.whl">inhouse-3.0-py3-none-any.whl</a>'
    other = "**/own-index/inhouse/"
    page.context.route(other, lambda route: route.fulfill(body=listed, content_type="text/html"))
    page.context.route(f"{other}*.whl", lambda route: route.fulfill(body=data))
    index.asked.clear()
    run(page, "await loadstone.installPackages(['inhouse'], { indexUrls: [new URL('own-index', location).href] })")
    assert python(page, "import inhouse; inhouse.value") == 9
    assert index.asked == []


def test_without_a_network_the_error_names_the_package_and_what_to_do(page: Page, index: Index) -> None:
    index.is_reachable = False
    name, message = run(page, "return failure(['seaborn>=0.13'])")
    index.is_reachable = True
    assert name == "PackageError"
    assert message.startswith(f"seaborn could not be installed: the package index {PYPI[:-1]} can not be reached")
    assert "put the wheel of seaborn, and those of what it needs, beside the page and give their file names" in message


def test_without_a_network_the_package_that_a_wheel_needs_is_named(page: Page, index: Index) -> None:
    index.is_reachable = False
    data = made_wheel("needy", "1.0", "", requires=["missing-one"])
    _, message = drop(page, "needy.whl", data, action="failure")
    index.is_reachable = True
    assert message.startswith(f"missing-one could not be installed: the package index {PYPI[:-1]}")
    assert python(page, "import importlib.util; importlib.util.find_spec('needy') is None")


def test_a_package_that_the_index_does_not_know_is_told(page: Page) -> None:
    assert run(page, "return failure(['seabron'])") == [
        "PackageError",
        f"seabron could not be installed: the package index {PYPI[:-1]} has no package seabron; check its name",
    ]


def test_a_package_that_is_compiled_for_other_platforms_is_told_as_such(page: Page, index: Index) -> None:
    index.packages["fast"] = {"fast-1.0-cp314-cp314-manylinux_2_28_x86_64.whl": b""}
    name, message = run(page, "return failure(['fast'])")
    assert name == "PackageError"
    assert "it has extensions that are compiled for manylinux_2_28_x86_64, and not for Pyodide" in message
    data = made_wheel("fast", "1.0", "", tag="cp314-cp314-win_amd64")
    name, message = drop(page, "fast.whl", data, action="failure")
    assert name == "PackageError"
    assert message == (
        "fast.whl could not be installed: it is built for win_amd64; only wheels in pure Python and those that are "
        "built for Pyodide (pyemscripten_2026_0_wasm32) run here"
    )


@pytest.mark.parametrize(
    ("package", "message"),
    [
        ("'gone.whl'", "gone.whl could not be installed: gone.whl: the server answered with status 404"),
        ("new Blob(['MZ'])", "is no wheel: it is no ZIP archive, but begins with b'MZ'; check the file or address"),
        ("'numpy<2'", "numpy<2 could not be installed: Requested 'numpy<2', but numpy==2.4.3 is already installed."),
        ("'two words'", "two words could not be installed: Expected end or semicolon"),
    ],
)
def test_what_can_not_be_installed_is_told(page: Page, package: str, message: str) -> None:
    name, told = run(page, f"return failure([{package}])")
    assert name == "PackageError"
    assert message in told


def test_packages_that_are_no_list_are_refused(page: Page) -> None:
    assert run(page, "return loadstone.installPackages('seaborn').catch(({ name, message }) => [name, message]);") == [
        "TypeError",
        "installPackages: packages=seaborn; give an array of names, addresses of wheels, or files",
    ]


def test_packages_are_installed_again_where_python_starts_again_also_such_as_are_gone(page: Page, index: Index) -> None:
    data = made_wheel("kept", "1.0", "value = 11")
    drop(page, "kept.whl", data)
    run(page, "await loadstone.runPython('import kept; doubled = 2 * kept.value')")
    index.is_reachable = False
    failed = run(
        page,
        """const again = new Promise((resolve) => loadstone.events.addEventListener("LOADSTONE_ENGINE_RESTARTED",
            ({ detail }) => resolve(detail.failed.map(({ error }) => error.message)), { once: true }));
        await loadstone.restart();
        return again;""",
    )
    index.is_reachable = True
    assert python(page, "doubled") == 22
    # what came from the index can not be there without it
    assert [message.split(" ")[0] for message in failed] == ["first"]
