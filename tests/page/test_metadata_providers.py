"""loadstone.metaData with providers of the page."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page


@pytest.fixture
def page(api_page: Page) -> Iterator[Page]:
    """A page whose providers that a test adds by ``add`` are taken out behind it."""
    api_page.evaluate("""() => {
        globalThis.added = [];
        globalThis.add = (provider, priority) => {
            added.push(provider);
            loadstone.metaData.addProvider(provider, priority);
        };
        globalThis.get = (type, imageId = "example:ct") => loadstone.metaData.get(type, imageId);
    }""")
    yield api_page
    api_page.evaluate("added.forEach((provider) => loadstone.metaData.removeProvider(provider))")


def run(page: Page, body: str, argument: object = None) -> Any:
    return page.evaluate(f"async (argument) => {{ {body} }}", argument)


def test_the_highest_priority_answers_and_the_newest_among_equals(page: Page) -> None:
    assert run(
        page,
        """const answers = [];
        for (const [name, priority] of [["low", -5], ["first"], ["newest"], ["high", 2], ["last", -6]]) {
            add(() => name, priority);
            answers.push(await get("lab"));
        }
        return answers;""",
    ) == ["low", "first", "newest", "high", "high"]


def test_null_counts_and_undefined_is_passed_on(page: Page) -> None:
    assert run(
        page,
        """add((type) => type === "lab" ? "known" : undefined);
        add((type, imageId) => imageId === "js:none" ? null : undefined, 1);
        return [await get("lab"), await get("lab", "js:none"), await get("other", "js:1")];""",
    ) == ["known", None, None]


def test_pythons_providers_come_behind_those_of_the_page_unless_these_are_lower(page: Page) -> None:
    assert run(
        page,
        """await loadstone.loadAndCacheImage("example:ct").promise;
        const modality = async () => (await get("generalSeriesModule")).modality;
        const answers = [await modality()];
        add(() => ({ modality: "lower" }), -1001);
        answers.push(await modality(), (await get("noSuchModule")).modality);
        add((type) => type === "generalSeriesModule" ? { modality: "page" } : undefined, -1000);
        answers.push(await modality(), (await get("imagePlaneModule")).rows);
        return answers;""",
    ) == ["CT", "CT", "lower", "page", 128]


def test_a_provider_that_is_added_again_moves_and_one_that_is_removed_is_not_asked(page: Page) -> None:
    assert run(
        page,
        """const one = () => "one", other = () => "other";
        add(one); add(other);
        const answers = [await get("lab")];
        add(one);
        answers.push(await get("lab"));
        loadstone.metaData.removeProvider(one);
        answers.push(await get("lab"));
        loadstone.metaData.removeProvider(other);
        loadstone.metaData.removeProvider(other);
        return [...answers, await get("lab")];""",
    ) == ["other", "one", "other", None]


def test_what_a_provider_throws_arrives(page: Page) -> None:
    assert run(
        page,
        """add(() => { throw new RangeError("no database"); });
        return get("lab").then(() => null, ({ name, message }) => [name, message]);""",
    ) == ["RangeError", "no database"]


def test_what_is_no_function_is_refused(page: Page) -> None:
    assert run(
        page,
        "try { loadstone.metaData.addProvider({ get() {} }); } catch (error) { return [error.name, error.message]; }",
    ) == ["TypeError", "a metadata provider must be a function (type, imageId), not [object Object]"]


@pytest.mark.parametrize(("priority", "told"), [("NaN", "NaN"), ("'high'", "high"), ("null", "null")])
def test_a_priority_that_is_no_number_is_refused(page: Page, priority: str, told: str) -> None:
    assert run(
        page,
        f"""try {{ loadstone.metaData.addProvider(() => 1, {priority}); }}
        catch (error) {{ return [error.name, error.message]; }}""",
    ) == ["TypeError", f"addProvider: priority={told}; give a number, Python's providers have -1000"]


LOADER = """await loadstone.registerImageLoader("js", () => ({ rows: 1, columns: 1, pixelData: Uint8Array.of(7) }));"""


def test_what_the_page_knows_of_a_javascript_loaders_image_python_knows(page: Page) -> None:
    run(
        page,
        LOADER
        + """add((type, imageId) => ({
            imagePlaneModule: { rows: 1, rowCosines: [0, 1, 0], frameOfReferenceUID: imageId, columnPixelSpacing: 0.5 },
            generalSeriesModule: { modality: "PT", later() {} },
        })[type]);
        await loadstone.loadAndCacheImage("js:1").promise;""",
    )
    source = """
plane = session.metadata.get("imagePlaneModule", "js:1")
series = session.metadata.get("generalSeriesModule", "js:1")
[plane.rows, list(plane.row_cosines), plane.frame_of_reference_uid, plane.column_pixel_spacing, series.modality,
 session.metadata.get("patientModule", "js:1")]
"""
    found = run(page, "return loadstone.runPython(argument, { replay: false });", source)
    assert found == [1, [0, 1, 0], "js:1", 0.5, "PT", None]
    # also when the page asks Python for it
    run(page, "added.forEach((provider) => loadstone.metaData.removeProvider(provider))")
    assert run(page, "return (await get('imagePlaneModule', 'js:1')).frameOfReferenceUID;") == "js:1"


def test_a_provider_that_fails_costs_a_warning_not_the_image(page: Page) -> None:
    assert run(
        page,
        LOADER
        + """add((type) => {
            if (type !== "patientModule") throw new Error("no database");
            return { patientName: "Doe^Jane" };
        });
        const image = await loadstone.loadAndCacheImage("js:2").promise;
        added.forEach((provider) => loadstone.metaData.removeProvider(provider));
        return [image.getPixelData()[0], image.warnings, (await get("patientModule", "js:2")).patientName];""",
    ) == [
        7,
        ["the page's metadata provider failed when asked for calibrationModule: Error: no database"],
        "Doe^Jane",
    ]
