/**
 * The status line: the values under the pointer, the window, the zoom, the place in the stack.
 *
 * @module
 */

import { element, short } from "./elements.js";

/** @import { Canvas } from "./canvas.js" */
/** @import { Loadstone } from "./loadstone.js" */
/** @import { Point, Probe } from "./types.d.ts" */
/** @import { Viewport } from "./viewer.js" */

export class StatusLine {
  /** @type {Point | null} where the pointer is on the canvas */
  #point = null;
  #asking = false;
  #askAgain = false;
  #loadstone;
  #viewer;
  #isActive;

  /**
   * @param {Loadstone} loadstone
   * @param {Viewport} viewer
   * @param {Canvas} canvas
   * @param {() => boolean} isActive whether it is this viewport's window, zoom and place that are told
   */
  constructor(loadstone, viewer, canvas, isActive) {
    this.#loadstone = loadstone;
    this.#viewer = viewer;
    this.#isActive = isActive;
    canvas.element.addEventListener("pointermove", (event) => {
      this.#point = canvas.point(event);
      this.#probe();
    });
    canvas.element.addEventListener("pointerleave", () => {
      this.#point = null;
      this.#tellProbe(null);
    });
    viewer.addEventListener("painted", () => {
      this.#tellView();
      this.#probe();
    });
    viewer.addEventListener("moved", () => this.#tellView());
  }

  /** @param {number | null} milliseconds that the image on display took to load */
  set loadTime(milliseconds) {
    write("time", milliseconds === null ? "–" : `${short(Math.round(milliseconds * 10) / 10)} ms`);
  }

  #tellView() {
    const { shown } = this.#viewer;
    if (!shown || !this.#isActive()) {
      return;
    }
    const { windowCenter, windowWidth, voiLUT, scale } = shown.view;
    write("window", voiLUT !== null ? `VOI LUT ${voiLUT + 1}` : windowCenter === null || windowWidth === null
      ? "–" : `C ${short(windowCenter)}  W ${short(windowWidth)}`);
    const zoom = scale * 100;
    write("zoom", `${zoom < 10 ? zoom.toFixed(1) : Math.round(zoom)} %`);
    write("index", `${shown.index + 1} / ${shown.stack.imageIds.length}`);
  }

  /** Ask for the values under the pointer; one question at a time, and the newest position next. */
  async #probe() {
    if (this.#asking) {
      this.#askAgain = true;
      return;
    }
    this.#asking = true;
    do {
      this.#askAgain = false;
      const { shown } = this.#viewer;
      const point = this.#point;
      if (shown && point) {
        const { imageId, view } = shown;
        // an image that has left the cache in between has no values to tell
        const probe = await this.#loadstone.probe(imageId, view, point.x, point.y).catch(() => null);
        this.#tellProbe(this.#point ? probe : null);
      }
    } while (this.#askAgain);
    this.#asking = false;
  }

  /** @param {Probe | null} probe */
  #tellProbe(probe) {
    const inside = probe?.inside ? probe : null;
    write("position", inside ? `${inside.column}, ${inside.row}` : "–");
    write("stored", inside ? values(inside.stored) : "–");
    write("value", inside ? `${values(inside.modality)} ${inside.unit}`.trim() : "–");
  }
}

/** @param {number | number[] | null} value */
function values(value) {
  return value === null ? "–" : [value].flat().map(short).join(", ");
}

/**
 * @param {string} name
 * @param {string} text
 */
function write(name, text) {
  const field = element(`status-${name}`, HTMLElement);
  // an unchanged text must not trouble the layout at every pointer move
  if (field.textContent !== text) {
    field.textContent = text;
  }
}
