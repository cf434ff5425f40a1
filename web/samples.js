/**
 * What comes with the page, beside the viewer: a thumbnail and a title for each stack; a click opens it.
 *
 * @module
 */

import { element } from "./elements.js";
import { ListRow, images } from "./list_row.js";

/** @import { CaseStack } from "./case.js" */
/** @import { Thumbnails } from "./thumbnails.js" */
/** @import { Viewer } from "./viewer.js" */

/**
 * @param {Thumbnails} thumbnails
 * @param {CaseStack[]} stacks
 * @param {Viewer} viewer
 * @param {(imageIds: string[]) => void} open
 */
export function showSamples(thumbnails, stacks, viewer, open) {
  /** @type {Map<string, ListRow>} */
  const rowOf = new Map();
  const rows = stacks.map(({ title, imageIds, middle }) => {
    const row = new ListRow(() => open(imageIds));
    row.write(title, imageIds.length > 1 ? images(imageIds.length) : "");
    const pictured = middle ?? imageIds[Math.floor(imageIds.length / 2)] ?? "";
    thumbnails.show(row.canvas, async () => pictured);
    imageIds.forEach((imageId) => rowOf.set(imageId, row));
    return row;
  });
  element("samples", HTMLUListElement).replaceChildren(...rows.map(({ item }) => item));
  const mark = () => {
    const shown = viewer.shown?.imageId ?? "";
    // the frames of a file that stands in the list carry its id in front
    const current = rowOf.get(shown) ?? rowOf.get(shown.replace(/[?&]frame=\d+$/, ""));
    for (const row of rows) {
      row.current = row === current;
    }
  };
  viewer.addEventListener("shown", mark);
  viewer.addEventListener("moved", mark);
  mark();
}
