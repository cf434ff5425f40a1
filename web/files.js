/**
 * Files from the user's machine: dropped anywhere on the page, or picked, as files or as a folder.
 *
 * @module
 */

import { filesOfDrop, filesOfPicker } from "./dropped.js";
import { element } from "./elements.js";

/** @import { Collect } from "./dropped.js" */

/** @param {(collect: Collect) => void} take */
export function acceptFiles(take) {
  listenToPicker("pick-files", "files", take);
  listenToPicker("pick-folder", "folder", take);
  // browsers of phones have no picker for folders
  element("pick-folder", HTMLButtonElement).hidden = !("webkitdirectory" in HTMLInputElement.prototype);
  listenToDrops(take);
}

/**
 * @param {string} buttonId
 * @param {string} inputId
 * @param {(collect: Collect) => void} take
 */
function listenToPicker(buttonId, inputId, take) {
  const picker = element(inputId, HTMLInputElement);
  element(buttonId, HTMLButtonElement).addEventListener("click", () => picker.click());
  picker.addEventListener("change", () => {
    if (picker.files?.length) {
      take(filesOfPicker(picker.files));
    }
    // else the same files could not be picked again
    picker.value = "";
  });
}

/** @param {(collect: Collect) => void} take */
function listenToDrops(take) {
  const target = element("drop", HTMLDivElement);
  // every element that is entered counts, and each is left again
  let depth = 0;
  /** @param {(transfer: DataTransfer) => void} listener */
  const forFiles = (listener) => (/** @type {DragEvent} */ event) => {
    if (event.dataTransfer?.types.includes("Files")) {
      event.preventDefault();
      listener(event.dataTransfer);
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
  addEventListener("drop", forFiles((transfer) => {
    depth = 0;
    take(filesOfDrop(transfer));
  }));
}
