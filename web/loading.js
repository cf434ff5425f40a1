/**
 * The progress of a slow load, with a way out.
 *
 * @module
 */

import { element, inBytes } from "./elements.js";
import { hide } from "./notices.js";

/** @import { Loadstone } from "./loadstone.js" */
/** @import { LoadProgress } from "./types.d.ts" */
/** @import { Viewer } from "./viewer.js" */

/** Loads that end sooner show nothing, so that a quick one does not flicker. */
const DELAY_MS = 200;

/**
 * @param {Loadstone} loadstone
 * @param {Viewer} viewer
 */
export function showLoading(loadstone, viewer) {
  const panel = element("loading", HTMLDivElement);
  const bar = element("loading-bar", HTMLProgressElement);
  const text = element("loading-text", HTMLParagraphElement);
  let awaited = "";
  let timer = 0;

  viewer.addEventListener("loading", (event) => {
    awaited = /** @type {CustomEvent<{ imageId: string }>} */ (event).detail.imageId;
    text.textContent = `Loading ${awaited}`;
    bar.removeAttribute("value");
    clearTimeout(timer);
    timer = setTimeout(() => {
      panel.hidden = false;
    }, panel.hidden ? DELAY_MS : 0);
  });
  viewer.addEventListener("settled", () => {
    clearTimeout(timer);
    hide(panel);
  });
  loadstone.events.addEventListener("CORNERSTONE_IMAGE_LOAD_PROGRESS", (event) => {
    const { imageId, loaded, total } = /** @type {CustomEvent<LoadProgress>} */ (event).detail;
    if (imageId === awaited) {
      text.textContent = `Loading ${imageId}: ${inBytes(loaded)}${total ? ` of ${inBytes(total)}` : ""}`;
      if (total) {
        bar.max = total;
        bar.value = loaded;
      }
    }
  });
  element("loading-cancel", HTMLButtonElement).addEventListener("click", () => viewer.cancel());
}
