/**
 * The samples beside the viewer: a thumbnail and a title each; a click opens one.
 *
 * @module
 */

import { element, make } from "./elements.js";

/** @import { Loadstone } from "./loadstone.js" */
/** @import { Sample } from "./types.d.ts" */
/** @import { Viewer } from "./viewer.js" */

/** CSS pixels, as in the style sheet. */
const SIZE = 72;

/**
 * @param {Loadstone} loadstone
 * @param {Sample[]} samples
 * @param {Viewer} viewer
 * @param {(imageId: string) => void} open
 */
export function showSamples(loadstone, samples, viewer, open) {
  const buttons = samples.map(({ imageId, title }) => {
    const picture = make("canvas", { width: String(SIZE), height: String(SIZE), "aria-hidden": "true" });
    const button = make("button", { type: "button", "data-image-id": imageId }, picture, make("span", {}, title));
    button.addEventListener("click", () => open(imageId));
    paint(loadstone, imageId, picture);
    return button;
  });
  element("samples", HTMLUListElement).replaceChildren(...buttons.map((button) => make("li", {}, button)));
  const mark = () => {
    const ids = viewer.shown?.stack.imageIds ?? [];
    for (const button of buttons) {
      const id = button.dataset.imageId ?? "";
      // the frames of a sample carry its id in front
      const current = viewer.shown?.imageId === id || ids.some((other) => other.startsWith(`${id}?`));
      button.setAttribute("aria-current", String(current));
    }
  };
  viewer.addEventListener("shown", mark);
  viewer.addEventListener("moved", mark);
  mark();
}

/**
 * @param {Loadstone} loadstone
 * @param {string} imageId
 * @param {HTMLCanvasElement} canvas
 */
async function paint(loadstone, imageId, canvas) {
  try {
    const { width, height, data } = await loadstone.thumbnail(imageId, Math.round(SIZE * devicePixelRatio));
    canvas.width = width;
    canvas.height = height;
    canvas.getContext("2d")?.putImageData(new ImageData(data, width, height), 0, 0);
    canvas.dataset.state = "painted";
  } catch {
    // the title still opens it, and opening says what is wrong
    canvas.dataset.state = "failed";
  }
}
