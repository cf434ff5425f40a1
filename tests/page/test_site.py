"""The built site as a static host serves it."""

from playwright.sync_api import Page

BOOT = """
async ([site, packages]) => {
    const { loadPyodide } = await import(`${site}pyodide/pyodide.mjs`);
    const pyodide = await loadPyodide({ indexURL: `${site}pyodide/` });
    const loaded = await pyodide.loadPackage(packages);
    return loaded.map((one) => one.name).sort();
}
"""


def test_every_package_of_the_lock_loads_and_its_hash_holds(page: Page, site: str) -> None:
    page.goto(f"{site}pyodide/pyodide-lock.json")
    names = sorted(
        page.evaluate("fetch('pyodide-lock.json').then((a) => a.json()).then((l) => Object.keys(l.packages))")
    )
    assert {"imagecodecs", "loadstone", "nibabel", "numpy", "pillow", "pydicom"} <= set(names)
    assert page.evaluate(BOOT, [site, names]) == names
