/**
 * Files from the user's machine: dropped anywhere on the page, or picked. They become a stack in the order of names.
 *
 * @module
 */

import { element } from "./elements.js";

/** @import { Viewer } from "./viewer.js" */

/**
 * @param {Viewer} viewer
 * @param {(imageIds: string[], names: string[]) => void} open
 */
export function acceptFiles(viewer, open) {
  const byName = new Intl.Collator(undefined, { numeric: true });
  /** @type {string[][]} the object URLs of each time that files were given */
  let given = [];
  /** @param {Iterable<File>} list */
  const take = (list) => {
    const files = [...list].sort((one, other) => byName.compare(one.name, other.name));
    if (files.length) {
      const urls = files.map((file) => URL.createObjectURL(file));
      given.push(urls);
      open(files.map((file, index) => `${scheme(file)}:${urls[index]}`), files.map(({ name }) => name));
    }
  };
  viewer.addEventListener("shown", () => {
    const inUse = [...(viewer.shown?.stack.imageIds ?? []), ...(viewer.stack?.imageIds ?? [])];
    given = given.filter((urls) => {
      const used = inUse.some((imageId) => imageId.includes(urls[0] ?? ""));
      if (!used) {
        urls.forEach((url) => URL.revokeObjectURL(url));
      }
      return used;
    });
  });
  listenToPicker(take);
  listenToDrops(take);
}

/** @param {(files: Iterable<File>) => void} take */
function listenToPicker(take) {
  const picker = element("files", HTMLInputElement);
  element("pick-files", HTMLButtonElement).addEventListener("click", () => picker.click());
  picker.addEventListener("change", () => {
    take(picker.files ?? []);
    // else the same files could not be picked again
    picker.value = "";
  });
}

/** @param {(files: Iterable<File>) => void} take */
function listenToDrops(take) {
  const target = element("drop", HTMLDivElement);
  // every element that is entered counts, and each is left again
  let depth = 0;
  /** @param {(event: DragEvent) => void} listener */
  const forFiles = (listener) => (/** @type {DragEvent} */ event) => {
    if (event.dataTransfer?.types.includes("Files")) {
      event.preventDefault();
      listener(event);
      target.hidden = depth <= 0;
    }
  };
  addEventListener("dragenter", forFiles(() => {
    depth += 1;
  }));
  addEventListener("dragleave", forFiles(() => {
    depth -= 1;
  }));
  addEventListener("dragover", forFiles(() => {}));
  addEventListener("drop", forFiles((event) => {
    depth = 0;
    take(event.dataTransfer?.files ?? []);
  }));
}

/** @param {File} file */
function scheme({ type }) {
  return type.startsWith("image/") && !type.startsWith("image/dicom") ? "web" : "wadouri";
}
