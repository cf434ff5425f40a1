/**
 * What a derived image was computed from, step by step, each a link that shows what came of it.
 *
 * @module
 */

import { hashOf } from "./address.js";
import { make } from "./elements.js";

/** @import { ImageDescription } from "./types.d.ts" */

/** @typedef {(imageIds: string[]) => void} Open */

/**
 * @param {ImageDescription} image that has a lineage
 * @param {Open} open
 * @returns {HTMLOListElement} what it began with, then its steps
 */
export function lineageList({ imageId, lineage }, open) {
  // of later steps, the step before is the source, and what else goes in stands in their arguments
  const sources = lineage[0]?.sources ?? [];
  const list = make("ol", { class: "lineage" });
  if (sources.length) {
    const [first = ""] = sources;
    list.append(make("li", {}, link(sources, sources.length === 1 ? first : `${sources.length} images`, open)));
  }
  for (const step of lineage) {
    const isShown = step.imageId === imageId;
    list.append(make("li", {}, isShown ? step.step : link([step.imageId], step.step, open)));
  }
  return list;
}

/**
 * @param {string[]} imageIds
 * @param {string} text
 * @param {Open} open
 */
function link(imageIds, text, open) {
  const made = make("a", { href: hashOf(imageIds), title: imageIds.length === 1 ? String(imageIds[0]) : "" }, text);
  made.addEventListener("click", (event) => {
    // in another tab, the browser opens it
    if (!event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      open(imageIds);
    }
  });
  return made;
}
