/**
 * The place in the stack: a slider below the picture, out of sight where there is but one image.
 *
 * @module
 */

import { element } from "./elements.js";

/** @import { Viewer } from "./viewer.js" */

/** @param {Viewer} viewer */
export function showStackSlider(viewer) {
  const row = element("stack", HTMLDivElement);
  const slider = element("stack-index", HTMLInputElement);
  const text = element("stack-text", HTMLOutputElement);
  const follow = () => {
    const { stack } = viewer;
    const count = stack?.imageIds.length ?? 0;
    // it keeps its room, else the canvas would change its size from image to image
    row.classList.toggle("idle", count < 2);
    slider.max = String(count);
    slider.value = String((stack?.index ?? 0) + 1);
    text.textContent = `${slider.value} / ${count}`;
  };
  slider.addEventListener("input", () => viewer.goTo(Number(slider.value) - 1));
  viewer.addEventListener("shown", follow);
  viewer.addEventListener("moved", follow);
  follow();
}
