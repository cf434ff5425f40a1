/**
 * The value at the cross-hair, written on each picture once it rests.
 *
 * @module
 */

import { make, short } from "./elements.js";
import { toCanvas, toImage } from "./mpr_geometry.js";

/** @import { Loadstone } from "./loadstone.js" */
/** @import { Plane, Vector } from "./mpr_geometry.js" */
/** @import { ResolvedView } from "./types.d.ts" */

const REST_MS = 60;

export class ValueAtCrossHair {
  #text = make("p", { class: "pane-value" });
  #timer = 0;
  #loadstone;

  /**
   * @param {Loadstone} loadstone
   * @param {HTMLElement} place
   */
  constructor(loadstone, place) {
    this.#loadstone = loadstone;
    place.append(this.#text);
  }

  /**
   * @param {string} imageId
   * @param {{ view: ResolvedView, plane: Plane }} pictured
   * @param {Vector} centre
   */
  ask(imageId, { view, plane }, centre) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(async () => {
      const timer = this.#timer;
      const { x, y } = toCanvas(view, plane, toImage(plane, centre));
      // an image that has gone in between has no values to tell
      const probe = await this.#loadstone.probe(imageId, view, x, y).catch(() => null);
      if (timer === this.#timer) {
        const value = probe?.inside && typeof probe.modality === "number" ? probe.modality : null;
        this.#text.textContent = value === null ? "" : `${short(value)} ${probe?.unit}`.trim();
      }
    }, REST_MS);
  }
}
