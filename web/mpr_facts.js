/**
 * What is known of the picture in the active pane: where it lies, and what it was computed from.
 *
 * @module
 */

import { make, short } from "./elements.js";
import { lineageList } from "./lineage.js";

/** @import { Loadstone } from "./loadstone.js" */
/** @import { Vector } from "./mpr_geometry.js" */
/** @import { Slab } from "./mpr_pane.js" */

const REST_MS = 80;

export class MprFacts {
  #list = make("dl", { class: "facts" });
  #timer = 0;
  #loadstone;
  #open;

  /**
   * @param {Loadstone} loadstone
   * @param {(imageIds: string[]) => void} open other images
   */
  constructor(loadstone, open) {
    this.#loadstone = loadstone;
    this.#open = open;
    this.element = make("section", { class: "mpr-facts", "aria-label": "Active pane" }, make("h2", {}, "Active pane"), this.#list);
  }

  /**
   * @param {string} imageId
   * @param {Vector} centre of the cross-hair
   * @param {Slab} slab
   */
  show(imageId, centre, { thickness, mode }) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(async () => {
      const timer = this.#timer;
      const image = await this.#loadstone.describe(imageId).catch(() => null);
      if (!image || timer !== this.#timer) {
        return;
      }
      const { columnPixelSpacing: across, rowPixelSpacing: down } = image;
      /** @type {[string, Node | string][]} */
      const facts = [
        ["Image id", imageId],
        ["Computed from", image.lineage.length ? lineageList(image, this.#open) : ""],
        ["Size", `${image.columns} × ${image.rows} pixels`],
        ["Pixel spacing", across && down ? `${short(across)} × ${short(down)} mm` : ""],
        ["Slab", thickness && imageId.startsWith("mpr:") ? `${short(thickness)} mm, ${mode}` : ""],
        ["Cross-hair", inWords(centre)],
      ];
      this.#list.replaceChildren(...facts.filter(([, value]) => value).map(([name, value]) => (
        make("div", {}, make("dt", {}, name), make("dd", {}, value)))));
    }, REST_MS);
  }
}

/**
 * A point as the patient's directions tell it: "L 12.5  P 3  H 40 mm".
 * @param {Vector} point LPS
 */
function inWords(point) {
  const parts = point.map((value, axis) => {
    const letter = [["L", "R"], ["P", "A"], ["H", "F"]][axis]?.[value < 0 ? 1 : 0];
    return `${letter} ${Math.abs(value).toFixed(1)}`;
  });
  return `${parts.join("  ")} mm`;
}
