/**
 * The bar above the planes: which of them are seen, how thick they are, and how a slab becomes a picture.
 *
 * @module
 */

import { make, short } from "./elements.js";

/** @import { Slab } from "./mpr_pane.js" */
/** @import { Volume } from "./types.d.ts" */

/** @typedef {"all" | "axial" | "coronal" | "sagittal" | "source"} Layout */

const LAYOUTS = /** @type {const} */ ({ all: "All", axial: "Axial", coronal: "Coronal", sagittal: "Sagittal", source: "Stack" });
const MODES = { max: "Maximum", min: "Minimum", mean: "Mean" };
const THICKEST_MM = 100;

export class MprBar {
  /** @type {Map<Layout, HTMLButtonElement>} */
  #layouts = new Map();
  #thickness = make("input", { type: "range", min: "0", value: "0", id: "slab" });
  #told = make("output", { for: "slab" });
  #mode = make("select", { title: "What of a slab is seen: the highest, the lowest or the mean value" });
  #onSlab;

  /**
   * @param {(layout: Layout) => void} onLayout
   * @param {(slab: Slab) => void} onSlab
   * @param {() => void} onReset
   */
  constructor(onLayout, onSlab, onReset) {
    this.#onSlab = onSlab;
    const views = make("div", { class: "group", role: "group", "aria-label": "Panes" });
    for (const [layout, label] of /** @type {[Layout, string][]} */ (Object.entries(LAYOUTS))) {
      const button = make("button", { type: "button", "data-layout": layout }, label);
      button.addEventListener("click", () => onLayout(layout));
      this.#layouts.set(layout, button);
      views.append(button);
    }
    this.#mode.append(...Object.entries(MODES).map(([value, label]) => make("option", { value }, label)));
    const reset = make("button", {
      type: "button", class: "square", "aria-label": "Reset the planes", title: "Reset the planes: cross-hair, slab, zoom and window",
    });
    reset.innerHTML = '<svg class="icon" aria-hidden="true"><use href="#icon-reset"/></svg>';
    reset.addEventListener("click", onReset);
    this.#thickness.addEventListener("input", () => this.#changed());
    this.#mode.addEventListener("change", () => this.#changed());
    this.element = make(
      "div", { class: "mpr-bar", role: "group", "aria-label": "Planes" }, views,
      make("label", { class: "slab" }, "Slab", this.#thickness, this.#told),
      make("label", {}, make("span", { class: "unseen" }, "Projection"), this.#mode), reset,
    );
  }

  /** @returns {Slab} */
  get slab() {
    return { thickness: Number(this.#thickness.value), mode: /** @type {Slab["mode"]} */ (this.#mode.value) };
  }

  /** @param {Layout} layout that is seen */
  set layout(layout) {
    this.#layouts.forEach((button, name) => button.setAttribute("aria-pressed", String(name === layout)));
  }

  /**
   * A single plane at first; a slab no thicker than the volume.
   * @param {Volume} volume
   */
  begin({ planes }) {
    const extents = Object.values(planes).map(({ count, spacing }) => count * spacing);
    const thickest = Math.min(THICKEST_MM, Math.max(...extents));
    // about a hundred steps of 1, 2 or 5 of a decimal place
    const power = 10 ** Math.floor(Math.log10(thickest / 100));
    const step = [1, 2, 5, 10].map((digit) => digit * power).find((candidate) => candidate >= thickest / 100.5) ?? power;
    Object.assign(this.#thickness, { step: String(Number(step.toPrecision(1))), max: String(thickest) });
    this.reset();
  }

  reset() {
    this.#thickness.value = "0";
    this.#mode.value = "max";
    this.#tell();
  }

  #changed() {
    this.#tell();
    this.#onSlab(this.slab);
  }

  #tell() {
    const { thickness } = this.slab;
    this.#told.textContent = thickness ? `${short(thickness)} mm` : "off";
    this.#mode.disabled = !thickness;
  }
}
