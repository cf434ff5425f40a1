/**
 * The stack that a volume is made of, in the viewer beside the planes: it shows the slice that is nearest to the
 * cross-hair, and moves the cross-hair when the user scrolls in it.
 *
 * @module
 */

import { element } from "./elements.js";
import { along, heightAbove, normalOf, sliceAt } from "./mpr_geometry.js";
import { Overlay } from "./mpr_overlay.js";

/** @import { Canvas } from "./canvas.js" */
/** @import { Vector } from "./mpr_geometry.js" */
/** @import { Loadstone } from "./loadstone.js" */
/** @import { EdgeLetters, Volume } from "./types.d.ts" */
/** @import { Viewer } from "./viewer.js" */

export class MprSource {
  name = /** @type {const} */ ("source");
  element = /** @type {HTMLElement} */ (document.querySelector(".source"));
  stage = element("stage", HTMLDivElement);
  overlay = new Overlay(this.stage);
  /** @type {Volume | null} */
  #volume = null;
  /** @type {Map<string, number>} where among the slices an image lies */
  #places = new Map();
  /** @type {string | undefined} the image that the cross-hair has led to */
  #led;
  /** @type {EdgeLetters | null} */
  letters = null;
  #loadstone;
  #viewer;

  /**
   * @param {Loadstone} loadstone
   * @param {Viewer} viewer
   * @param {Canvas} canvas the viewer's
   */
  constructor(loadstone, viewer, canvas) {
    this.#loadstone = loadstone;
    this.#viewer = viewer;
    this.canvas = canvas;
  }

  get shown() {
    return this.#viewer.shown;
  }

  /** The slice that is asked for, as the lines in the panes show it; null where it is none of the volume. */
  get plane() {
    return this.#planeOf(this.#asked);
  }

  /** How the slice that is asked for lies on the canvas: as its picture will. */
  get pictured() {
    const { shown } = this.#viewer;
    const { plane } = this;
    return shown && plane && { view: shown.view, plane };
  }

  /** @param {Volume | null} volume */
  async use(volume) {
    this.#volume = volume;
    this.overlay.element.hidden = volume === null;
    this.#places = new Map(volume?.imageIds.map((imageId, index) => [imageId, volume.imagePlaces[index] ?? index]));
    this.#led = undefined;
    this.letters = null;
    const [imageId] = volume?.imageIds ?? [];
    if (imageId) {
      const letters = await this.#loadstone.edgeLetters(imageId).catch(() => null);
      this.letters = this.#volume === volume ? letters : this.letters;
    }
  }

  /** Let those who listen hear of its place again. */
  tellPlace() {
    this.#viewer.dispatchEvent(new Event("moved"));
  }

  /**
   * Show the slice that is nearest to a point.
   * @param {Vector} point
   */
  follow(point) {
    const { stack } = this.#viewer;
    // what is out of sight is not worth loading
    if (!stack || !this.#volume || this.canvas.size.width <= 1) {
      return;
    }
    const wanted = this.#placeOf(point, this.#volume);
    const away = stack.imageIds.map((imageId) => Math.abs((this.#places.get(imageId) ?? Infinity) - wanted));
    const index = away.indexOf(Math.min(...away));
    if (Number.isFinite(away[index])) {
      this.#led = stack.imageIds[index];
      this.#viewer.goTo(index);
    }
  }

  /**
   * Where the cross-hair is now that the stack may stand elsewhere.
   * @param {Vector} point
   * @returns {Vector | null} null where it is as the cross-hair has it
   */
  scrolled(point) {
    const place = this.#places.get(this.#asked ?? "");
    if (place === undefined || this.#asked === this.#led || !this.#volume) {
      return null;
    }
    this.#led = this.#asked;
    const by = (place - this.#placeOf(point, this.#volume)) * this.#volume.spacing[2];
    return along(point, normalOf(sliceAt(this.#volume, 0)), by);
  }

  get #asked() {
    const { stack } = this.#viewer;
    return stack?.imageIds[stack.index];
  }

  /**
   * @param {Vector} point
   * @param {Volume} volume
   */
  #placeOf(point, volume) {
    return heightAbove(sliceAt(volume, 0), point) / volume.spacing[2];
  }

  /** @param {string | undefined} imageId */
  #planeOf(imageId = "") {
    const place = this.#places.get(imageId);
    return this.#volume && place !== undefined ? sliceAt(this.#volume, place) : null;
  }
}
