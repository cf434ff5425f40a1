/**
 * One pane of the planes: a canvas that shows `mpr:` images of one direction, with its slider. Tools, keys and the
 * status line work on it as on the viewer. What grey means it shares with the other panes; zoom and place are its own.
 *
 * @module
 */

import { Canvas } from "./canvas.js";
import { make } from "./elements.js";
import { planeAt } from "./mpr_geometry.js";
import { Overlay } from "./mpr_overlay.js";
import { FRESH, viewOf } from "./presentation.js";
import { RenderLoop } from "./render_loop.js";

/** @import { Loadstone } from "./loadstone.js" */
/** @import { Presentation } from "./presentation.js" */
/** @import { Job } from "./render_loop.js" */
/** @import { RenderedPicture, Volume } from "./types.d.ts" */
/** @import { Shown, Stack } from "./viewer.js" */

/** @typedef {"axial" | "coronal" | "sagittal"} PlaneName */
/** @typedef {{ thickness: number, mode: "max" | "min" | "mean" }} Slab mm; 0 is a single plane */
/**
 * @typedef {object} Surroundings what a pane has in common with the others
 * @property {() => Presentation} shared
 * @property {(presentation: Presentation) => void} share
 * @property {(pane: MprPane, index: number) => void} scroll to another of its planes
 * @property {(pane: MprPane) => boolean} isActive
 */
/** @typedef {Job & { stack: Stack, index: number }} PlaneJob */

const TITLES = { axial: "Axial", coronal: "Coronal", sagittal: "Sagittal" };
/** A picture that comes sooner is not announced, so that quick ones do not flicker. */
const BUSY_MS = 250;

/** Fires `painted` (a new picture), `moved` (another plane is asked for) and `failed` (detail: error, imageId, retry). */
export class MprPane extends EventTarget {
  /** Only the viewer has quick pictures for drags. */
  dragging = false;
  /** @type {Volume | null} */
  #volume = null;
  /** @type {Slab} */
  #slab = { thickness: 0, mode: "max" };
  /** @type {Stack} */
  #stack = { imageIds: [], index: 0, presentation: FRESH };
  /** @type {Shown | null} */
  #shown = null;
  #busyTimer = 0;
  #loop;
  #surroundings;
  #slider = make("input", { type: "range", min: "1", step: "1" });
  #place = make("output", {});

  /**
   * @param {Loadstone} loadstone
   * @param {PlaneName} name
   * @param {Surroundings} surroundings
   */
  constructor(loadstone, name, surroundings) {
    super();
    this.name = name;
    this.#surroundings = surroundings;
    const canvas = make("canvas", { tabindex: "0", role: "img", "aria-describedby": "canvas-help" });
    this.stage = make("div", { class: "stage" }, canvas, make("p", { class: "pane-title" }, TITLES[name]));
    this.#slider.setAttribute("aria-label", `${TITLES[name]} plane`);
    const row = make("div", { class: "stack" }, this.#slider, this.#place);
    this.element = make("section", { class: "pane", "data-plane": name, "aria-label": `${TITLES[name]} plane` }, this.stage, row);
    this.overlay = new Overlay(this.stage);
    this.canvas = new Canvas(canvas, () => this.refresh());
    this.#slider.addEventListener("input", () => this.goTo(Number(this.#slider.value) - 1));
    /** @type {RenderLoop<PlaneJob>} */
    this.#loop = new RenderLoop(
      ({ imageId, view }, signal) => loadstone.render(imageId, view, {
        signal, requestType: "interaction", priority: surroundings.isActive(this) ? 0 : 1,
      }),
      this.#arrived,
      (job, error) => this.#failed(job, error),
    );
  }

  get shown() {
    return this.#shown;
  }

  get stack() {
    return this.#stack;
  }

  get presentation() {
    const { scale, pan, rotation, hflip, vflip } = this.#stack.presentation;
    return { ...this.#surroundings.shared(), scale, pan, rotation, hflip, vflip };
  }

  /** Where the planes of this pane lie; null before there is a volume. */
  get planes() {
    return this.#volume?.planes[this.name] ?? null;
  }

  /** The plane that is asked for, as the lines in other panes show it. */
  get plane() {
    return this.planes && planeAt(this.planes, this.#stack.index);
  }

  get letters() {
    return this.planes?.letters ?? null;
  }

  /** How the plane that is asked for lies on the canvas: as its picture will, since all of them lie alike. */
  get pictured() {
    return this.#shown && this.plane && { view: this.#shown.view, plane: this.plane };
  }

  /**
   * Show another volume from now on, or none.
   * @param {Volume | null} volume
   */
  use(volume) {
    this.#volume = volume;
    this.#shown = null;
    this.#loop.cancel();
    this.#stack = { imageIds: [], index: 0, presentation: FRESH };
    this.#name();
  }

  /** @param {Slab} slab */
  set slab(slab) {
    this.#slab = slab;
    this.#name();
    this.refresh();
  }

  /**
   * Show another of the planes.
   * @param {number} index
   */
  show(index) {
    if (index !== this.#stack.index || !this.#shown) {
      this.#stack.index = index;
      this.#followPlace();
      this.tellPlace();
      this.refresh();
    }
  }

  /** @param {number} index held within the planes */
  goTo(index) {
    this.#surroundings.scroll(this, Math.min(Math.max(index, 0), this.#stack.imageIds.length - 1));
  }

  /** @param {number} steps */
  scroll(steps) {
    this.goTo(this.#stack.index + steps);
  }

  /** @type {import("./viewer.js").Viewport["change"]} */
  change(change) {
    if (this.#shown) {
      const presentation = change(this.presentation, this.#shown.view);
      const { scale, pan, rotation, hflip, vflip } = presentation;
      const own = { ...FRESH, scale, pan, rotation, hflip, vflip };
      const isMine = JSON.stringify(own) !== JSON.stringify(this.#stack.presentation);
      this.#stack.presentation = own;
      this.#surroundings.share(presentation);
      if (isMine) {
        this.refresh();
      }
    }
  }

  /** Let those who listen hear of its place again. */
  tellPlace() {
    this.dispatchEvent(new Event("moved"));
  }

  /** Zoom, place, turns and flips as they were at first. */
  reset() {
    this.#stack.presentation = FRESH;
    this.refresh();
  }

  /** Paint it anew, where it can be seen. */
  refresh() {
    const imageId = this.#stack.imageIds[this.#stack.index];
    // a canvas out of sight has one pixel
    if (imageId && this.canvas.size.width > 1) {
      const { index } = this.#stack;
      this.#loop.request({ stack: this.#stack, index, imageId, view: viewOf(this.presentation, this.canvas.size) });
      this.#busyTimer ||= setTimeout(() => this.element.setAttribute("aria-busy", "true"), BUSY_MS);
    }
  }

  /** Planes are called by what they are cut with. */
  #name() {
    const { thickness, mode } = this.#slab;
    const slab = thickness ? `&slab=${thickness}&mode=${mode}` : "";
    const count = this.planes?.count ?? 0;
    this.#stack.imageIds = Array.from({ length: count }, (_, index) => (
      `mpr:${this.name}/${index}?volume=${this.#volume?.key}${slab}`));
    this.#slider.max = String(count);
    this.#followPlace();
  }

  #followPlace() {
    const text = `${this.#stack.index + 1} / ${this.#stack.imageIds.length}`;
    this.#slider.value = String(this.#stack.index + 1);
    this.#place.textContent = text;
    this.canvas.element.setAttribute("aria-label", `${TITLES[this.name]} plane ${text.replace("/", "of")}`);
  }

  #settled() {
    if (!this.#loop.pending) {
      clearTimeout(this.#busyTimer);
      this.#busyTimer = 0;
      this.element.setAttribute("aria-busy", "false");
    }
  }

  /**
   * @param {PlaneJob} job
   * @param {RenderedPicture} picture
   */
  #arrived = ({ stack, index, imageId }, picture) => {
    if (stack !== this.#stack) {
      return;
    }
    this.#shown = { stack, imageId, index, view: picture.view };
    this.canvas.paint(picture);
    Object.assign(this.canvas.element.dataset, { imageId, view: JSON.stringify(picture.view) });
    this.#settled();
    this.dispatchEvent(new Event("painted"));
  };

  /**
   * @param {PlaneJob} job
   * @param {unknown} error
   */
  #failed({ stack, imageId }, error) {
    this.#settled();
    if (stack === this.#stack) {
      this.dispatchEvent(new CustomEvent("failed", { detail: { error, imageId, retry: () => this.refresh() } }));
    }
  }
}
