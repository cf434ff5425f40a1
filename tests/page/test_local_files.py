"""loadstone.openFiles: files that are built in the page, as a drop or a picker gives them."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from packed import zipped
from part10 import SIXTEEN_BITS, part10
from playwright.sync_api import Page
from pydicom.uid import CTImageStorage


@pytest.fixture(scope="module")
def page(api_page: Page) -> Page:
    api_page.evaluate("""() => {
        globalThis.fileOf = ([name, data]) => new File([Uint8Array.fromBase64(data)], name);
    }""")
    return api_page


def slices(series: str, count: int) -> list[tuple[str, bytes]]:
    """A series of axial slices; all pixels of slice n are n, and the files come in the wrong order."""
    made = []
    for number in reversed(range(1, count + 1)):
        elements = SIXTEEN_BITS | {
            "SOPClassUID": CTImageStorage,
            "SOPInstanceUID": f"1.2.{series}.{number}",
            "StudyInstanceUID": "1.2",
            "SeriesInstanceUID": f"1.2.{series}",
            "Modality": "CT",
            "SeriesNumber": int(series),
            "PatientName": "Doe^Jane",
            "InstanceNumber": number,
            "ImagePositionPatient": [0, 0, -number],
            "ImageOrientationPatient": [1, 0, 0, 0, 1, 0],
        }
        made.append((f"slice{number}.dcm", part10(elements, number.to_bytes(2, "little") * 6)))
    return made


def opened(page: Page, files: list[tuple[str, bytes]], body: str = "return result;") -> Any:
    """What ``body`` gives of ``result``, the answer of openFiles."""
    return page.evaluate(
        f"""async (given) => {{
            const files = given.map(fileOf);
            const progress = [];
            const result = await loadstone.openFiles(files, {{ onProgress: (one) => progress.push(one) }});
            {body}
        }}""",
        [[name, base64.b64encode(data).decode()] for name, data in files],
    )


def test_files_become_a_sorted_stack_whose_images_load(page: Page) -> None:
    result, values = opened(
        page,
        slices("3", 4),
        """const ids = result.studies[0].series[0].stacks[0].imageIds;
        const images = await Promise.all(ids.map((id) => loadstone.loadImage(id).promise));
        return [result, images.map((image) => image.getPixelData()[5])];""",
    )
    (study,) = result["studies"]
    assert (study["studyInstanceUID"], study["patientName"]) == ("1.2", "Doe^Jane")
    (series,) = study["series"]
    assert (series["seriesInstanceUID"], series["number"], series["modality"]) == ("1.2.3", 3, "CT")
    assert (series["stacks"][0]["rows"], series["stacks"][0]["columns"]) == (2, 3)
    assert values == [1, 2, 3, 4]
    assert result["skipped"] == []


def test_an_archives_images_load(page: Page) -> None:
    result, value = opened(
        page,
        [("cd.zip", zipped(dict(slices("5", 3))))],
        """const ids = result.studies[0].series[0].stacks[0].imageIds;
        return [result, (await loadstone.loadImage(ids[2]).promise).getPixelData()[0]];""",
    )
    assert len(result["studies"][0]["series"][0]["stacks"][0]["imageIds"]) == 3
    assert value == 3


def test_what_is_skipped_is_listed_with_its_reason(page: Page) -> None:
    result = opened(page, [("notes.txt", b"hello, world"), *slices("6", 1)])
    assert result["skipped"] == [
        {
            "path": "notes.txt",
            "reason": "is no DICOM file, no picture and no NIfTI volume: its 12 bytes begin with b'hello, world'",
        }
    ]


def test_progress_names_how_much_is_read_and_what_it_gave(page: Page) -> None:
    progress = opened(page, slices("7", 40), "return progress;")
    assert [progress[-1]["read"], progress[-1]["total"]] == [40, 40]
    assert progress[-1]["studies"][0]["series"][0]["seriesInstanceUID"] == "1.2.7"
    assert len(progress[0]["studies"]) == 1


def test_paths_are_those_that_the_page_gives(page: Page) -> None:
    paths = page.evaluate("""async () => {
        const file = new File(["hello"], "a.txt");
        return (await loadstone.openFiles([file, { file, path: "cd/b/a.txt" }])).skipped.map(({ path }) => path);
    }""")
    assert paths == ["a.txt", "cd/b/a.txt"]


# Python's own end, which calls under way survive
DIES = "await loadstone.runPython('import os; os.abort()').catch(() => {});"

ONE_BY_ONE = """async (given) => {
    const files = given.map(fileOf);
    let tellOfFirst;
    const first = new Promise((resolve) => { tellOfFirst = resolve; });
    const totals = [];
    async function* coming() {
        yield files[0];
        const studies = await first;
        globalThis.before = studies.map(({ series }) => series.map(({ stacks }) => stacks[0].imageIds.length));
        %s
        yield* files.slice(1);
    }
    const onProgress = ({ studies, total }) => {
        totals.push(total);
        tellOfFirst(studies);
    };
    const { studies } = await loadstone.openFiles(coming(), { onProgress });
    const ids = studies[0].series[0].stacks[0].imageIds;
    const images = await Promise.all(ids.map((id) => loadstone.loadImage(id).promise));
    return { before, values: images.map((image) => image.getPixelData()[0]), totals };
}"""


@pytest.mark.parametrize("meanwhile", ["", DIES], ids=["", "and a restart"])
def test_the_first_files_are_read_while_more_come(page: Page, meanwhile: str) -> None:
    given = [[name, base64.b64encode(data).decode()] for name, data in slices("13", 3)]
    result = page.evaluate(ONE_BY_ONE % meanwhile, given)
    assert result["before"] == [[1]]
    assert result["values"] == [1, 2, 3]
    assert [result["totals"][0], result["totals"][-1]] == [1, 3]


def test_files_are_numbered_in_the_order_in_which_they_come_however_long_each_takes(page: Page) -> None:
    given = [[name, base64.b64encode(data).decode()] for name, data in slices("14", 40)]
    numbers = page.evaluate(
        """async (given) => {
            async function* slowly() {
                for (const [index, one] of given.entries()) {
                    yield fileOf(one);
                    await new Promise((resolve) => setTimeout(resolve, index % 7));
                }
            }
            const { studies } = await loadstone.openFiles(slowly());
            return studies[0].series[0].stacks[0].imageIds.map((id) => Number(id.split(":")[1]));
        }""",
        given,
    )
    # the files come from the last slice down
    assert numbers == list(range(numbers[0], numbers[0] - 40, -1))


def test_what_the_files_iterable_throws_rejects(page: Page) -> None:
    message = page.evaluate(
        """async (given) => {
            async function* failing() {
                yield fileOf(given);
                throw new Error("the list broke");
            }
            return loadstone.openFiles(failing()).then(() => "read", ({ message }) => message);
        }""",
        ["a.dcm", base64.b64encode(slices("15", 1)[0][1]).decode()],
    )
    assert message == "the list broke"


def test_folders_are_walked(page: Page) -> None:
    paths = page.evaluate("""async () => {
        const root = await navigator.storage.getDirectory();
        const folder = await root.getDirectoryHandle("cd", { create: true });
        const inner = await folder.getDirectoryHandle("b", { create: true });
        for (const [where, name] of [[folder, "x10"], [folder, "x2"], [folder, "a.txt"], [inner, "c.txt"]]) {
            const writable = await (await where.getFileHandle(name, { create: true })).createWritable();
            await writable.write("hello");
            await writable.close();
        }
        return (await loadstone.openFiles([folder])).skipped.map(({ path }) => path);
    }""")
    assert paths == ["cd/a.txt", "cd/b/c.txt", "cd/x2", "cd/x10"]


def test_a_handle_whose_file_is_gone_is_skipped_and_the_others_are_opened(page: Page) -> None:
    given = base64.b64encode(slices("30", 1)[0][1]).decode()
    skipped, count = page.evaluate(
        """async (given) => {
            const root = await navigator.storage.getDirectory();
            const gone = await root.getFileHandle("gone before.dcm", { create: true });
            await root.removeEntry("gone before.dcm");
            const here = new File([Uint8Array.from(atob(given), (c) => c.charCodeAt(0))], "here.dcm");
            const { studies, skipped } = await loadstone.openFiles([gone, here]);
            return [skipped, studies.length];
        }""",
        given,
    )
    assert count == 1
    assert [one["path"] for one in skipped] == ["gone before.dcm"]
    assert skipped[0]["reason"].startswith("the browser can not read it (")


def test_a_file_that_was_removed_after_it_was_opened_is_named(page: Page) -> None:
    given = base64.b64encode(slices("8", 1)[0][1]).decode()
    message = page.evaluate(
        """async (data) => {
            const root = await navigator.storage.getDirectory();
            const handle = await root.getFileHandle("gone.dcm", { create: true });
            const writable = await handle.createWritable();
            await writable.write(Uint8Array.fromBase64(data));
            await writable.close();
            const { studies } = await loadstone.openFiles([handle]);
            await root.removeEntry("gone.dcm");
            const [id] = studies[0].series[0].stacks[0].imageIds;
            return loadstone.loadImage(id).promise.then(() => "loaded", (error) => error.message);
        }""",
        given,
    )
    assert "gone.dcm can not be read (NotFoundError): was it moved" in message
    assert message.endswith("changed or removed since it was opened? Open it again")


def test_a_file_that_is_gone_before_it_is_read_is_skipped_and_the_others_are_not(page: Page) -> None:
    (kept,) = slices("12", 1)
    result = page.evaluate(
        """async (given) => {
            const root = await navigator.storage.getDirectory();
            const handle = await root.getFileHandle("early.dcm", { create: true });
            const writable = await handle.createWritable();
            await writable.write("there once was");
            await writable.close();
            const gone = await handle.getFile();
            await root.removeEntry("early.dcm");
            return loadstone.openFiles([gone, fileOf(given)]);
        }""",
        [kept[0], base64.b64encode(kept[1]).decode()],
    )
    assert [series["seriesInstanceUID"] for series in result["studies"][0]["series"]] == ["1.2.12"]
    assert result["skipped"] == [
        {
            "path": "early.dcm",
            "reason": "can not be read (NotFoundError): was it moved, changed or removed since it was opened? "
            "Open it again",
        }
    ]


def test_reading_can_be_aborted(page: Page) -> None:
    name = page.evaluate(
        """async (given) => {
            const file = fileOf(given);
            const controller = new AbortController();
            const onProgress = () => controller.abort();
            const files = Array.from({ length: 3000 }, () => file);
            return loadstone.openFiles(files, { signal: controller.signal, onProgress })
                .then(() => "read", ({ name }) => name);
        }""",
        ["a.dcm", base64.b64encode(slices("9", 1)[0][1]).decode()],
    )
    assert name == "AbortError"


def test_after_a_restart_the_same_ids_load_the_same_files(page: Page) -> None:
    values = opened(
        page,
        [("cd.zip", zipped(dict(slices("10", 2)))), *slices("11", 2)],
        """const ids = result.studies[0].series.flatMap(({ stacks }) => stacks[0].imageIds);
        await loadstone.restart();
        const images = await Promise.all(ids.map((id) => loadstone.loadImage(id).promise));
        return images.map((image) => image.getPixelData()[0]);""",
    )
    assert values == [1, 2, 1, 2]


def test_a_closed_series_of_an_archive_stays_closed_after_a_restart_and_the_other_loads(page: Page) -> None:
    before, after, ids = opened(
        page,
        [("cd.zip", zipped(dict([*slices("13", 2), ("readme", b"hello"), ("other", slices("14", 1)[0][1])])))],
        """const told = ({ name, message }) => `${name}: ${message}`;
        const reason = (id) => loadstone.loadImage(id).promise.then(() => "loaded", told);
        const series = result.studies[0].series.map(({ stacks }) => stacks[0].imageIds);
        await loadstone.loadAndCacheImage(series[0][0]).promise;
        await loadstone.closeFiles(series[0]);
        const before = [await reason(series[0][0]), await reason(series[1][0])];
        await loadstone.restart();
        return [before, [await reason(series[0][0]), await reason(series[1][0])], series];""",
    )
    address = ids[0][0].replace("dicomfile:", "local:")
    closed = f"LocalFileError: {ids[0][0]}: {address}: this file was closed; open it again to load its images"
    assert before == after == [closed, "loaded"]


def test_nothing_in_the_page_refers_to_closed_files(page: Page) -> None:
    page.evaluate(
        """async (given) => {
            globalThis.kept = [];
            const files = given.map(fileOf);
            kept = files.map((file) => new WeakRef(file));
            const { studies: [{ series: [{ stacks: [{ imageIds }] }] }] } = await loadstone.openFiles(files);
            await Promise.all(imageIds.map((id) => loadstone.loadAndCacheImage(id).promise));
            // the last one stays open
            await loadstone.closeFiles(imageIds.slice(0, 2));
        }""",
        [[name, base64.b64encode(data).decode()] for name, data in (*slices("15", 3), ("notes.txt", b"hello"))],
    )
    page.request_gc()
    page.wait_for_timeout(100)
    page.request_gc()
    assert page.evaluate("kept.map((one) => one.deref()?.name ?? null)") == ["slice3.dcm", None, None, None]


def test_a_reading_that_was_aborted_keeps_open_what_was_told_of(page: Page) -> None:
    told, loaded, other = page.evaluate(
        """async (given) => {
            const controller = new AbortController();
            const files = Array.from({ length: 3000 }, () => fileOf(given));
            let told = null;
            const onProgress = (progress) => {
                told = progress;
                if (progress.read > 100) {
                    controller.abort();
                }
            };
            await loadstone.openFiles(files, { signal: controller.signal, onProgress }).catch(() => {});
            const [id] = told.studies[0].series[0].stacks[0].imageIds;
            const later = `dicomfile:${Number(id.split(":")[1]) + 50}`;
            const reason = (id) => loadstone.loadImage(id).promise.then(() => "loaded", ({ message }) => message);
            return [told.read, await reason(id), await reason(later)];
        }""",
        ["a.dcm", base64.b64encode(slices("16", 1)[0][1]).decode()],
    )
    assert told < 2999
    assert loaded == "loaded"
    assert "this file was closed; open it again" in other


def test_an_image_of_no_opened_file_can_not_be_closed(page: Page) -> None:
    message = page.evaluate("loadstone.closeFiles(['example:ct']).catch(({ name, message }) => `${name}: ${message}`)")
    assert message == (
        "InvalidArgumentError: example:ct is no image of an opened file; "
        "give ids that open_files() gave, such as dicomfile:7"
    )
