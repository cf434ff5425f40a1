/**
 * The samples beside the viewer: a thumbnail and a title each; a click opens one.
 *
 * @module
 */

import { element } from "./elements.js";
import { ListRow } from "./list_row.js";

/** @import { Thumbnails } from "./thumbnails.js" */
/** @import { Sample } from "./types.d.ts" */
/** @import { Viewer } from "./viewer.js" */

/**
 * @param {Thumbnails} thumbnails
 * @param {Sample[]} samples
 * @param {Viewer} viewer
 * @param {(imageId: string) => void} open
 */
export function showSamples(thumbnails, samples, viewer, open) {
  const rows = samples.map(({ imageId, title }) => {
    const row = new ListRow(() => open(imageId));
    row.write(title);
    thumbnails.show(row.canvas, async () => imageId);
    return { imageId, row };
  });
  element("samples", HTMLUListElement).replaceChildren(...rows.map(({ row }) => row.item));
  const mark = () => {
    const shown = viewer.shown?.imageId ?? "";
    for (const { imageId, row } of rows) {
      // the frames of a sample carry its id in front
      row.current = shown === imageId || shown.startsWith(`${imageId}?`);
    }
  };
  viewer.addEventListener("shown", mark);
  viewer.addEventListener("moved", mark);
  mark();
}
