/**
 * Multiplanar reconstruction: axial, coronal and sagittal planes of a volume beside the stack that it is made of, with
 * one cross-hair in patient space for all of them. It is a way of looking: closed, the viewer is as it was before.
 *
 * @module
 */

import { CrossHairs } from "./cross_hairs.js";
import { element } from "./elements.js";
import { MprBar } from "./mpr_bar.js";
import { MprFacts } from "./mpr_facts.js";
import { along, centreOf, dot, heightAbove, nearestPlane, normalOf, within } from "./mpr_geometry.js";
import { MprLayout } from "./mpr_layout.js";
import { MprPane } from "./mpr_pane.js";
import { MprSource } from "./mpr_source.js";
import { ValueAtCrossHair } from "./mpr_value.js";
import { showError } from "./notices.js";
import { PointerInput } from "./pointer.js";
import { FRESH } from "./presentation.js";
import { StatusLine } from "./status.js";

/** @import { Canvas } from "./canvas.js" */
/** @import { Loadstone } from "./loadstone.js" */
/** @import { Vector } from "./mpr_geometry.js" */
/** @import { Surroundings } from "./mpr_pane.js" */
/** @import { Presentation } from "./presentation.js" */
/** @import { Tool } from "./tools.js" */
/** @import { Volume } from "./types.d.ts" */
/** @import { Stack, Viewer, Viewport } from "./viewer.js" */

/** @typedef {MprPane | MprSource} Surface */

const NAMES = /** @type {const} */ (["axial", "coronal", "sagittal"]);

/** Fires `closed`. */
export class Mpr extends EventTarget {
  /** @type {Volume | null} what is on display; null while it is closed */
  #volume = null;
  /** @type {{ stack: Stack, index: number, presentation: Presentation } | null} the viewer before it was opened */
  #before = null;
  /** @type {Vector} */
  #point = [0, 0, 0];
  /** What grey meant when the panes were painted last. */
  #grey = "";
  /** @type {Surface} */
  #active;
  #panes;
  #source;
  /** @type {Map<Surface, ValueAtCrossHair>} */
  #values;
  #bar = new MprBar((layout) => this.#layout.show(layout), () => this.#cut(), () => this.#reset());
  #facts;
  #layout;
  #viewer;

  /**
   * @param {Loadstone} loadstone
   * @param {Viewer} viewer
   * @param {Canvas} canvas the viewer's
   * @param {() => Tool} tool the tool that is chosen
   * @param {(imageIds: string[]) => void} show opens other images
   */
  constructor(loadstone, viewer, canvas, tool, show) {
    super();
    this.#viewer = viewer;
    this.#facts = new MprFacts(loadstone, show);
    this.#source = new MprSource(loadstone, viewer, canvas);
    /** @type {Surroundings} */
    const surroundings = {
      shared: () => viewer.presentation,
      share: (presentation) => this.#share(presentation),
      scroll: (pane, index) => this.#scroll(pane, index),
      isActive: (pane) => this.#active === pane,
    };
    this.#panes = NAMES.map((name) => new MprPane(loadstone, name, surroundings));
    this.#layout = new MprLayout(this.#panes, this.#source, this.#bar, this.#facts, (large) => this.#activate(large));
    this.#active = this.#source;
    this.#values = new Map(this.#surfaces.map((one) => [one, new ValueAtCrossHair(loadstone, one.overlay.element)]));
    this.#surfaces.forEach((surface) => this.#listenTo(surface));
    for (const pane of this.#panes) {
      new PointerInput(pane, pane.canvas, tool);
      new StatusLine(loadstone, pane, pane.canvas, () => this.active === pane);
      pane.addEventListener("painted", () => this.#draw(pane));
      pane.addEventListener("failed", (event) => {
        const { error, imageId, retry } = /** @type {CustomEvent} */ (event).detail;
        showError(error, retry, imageId);
      });
    }
    viewer.addEventListener("painted", () => this.#followViewer());
    viewer.addEventListener("moved", () => this.#followStack());
    viewer.addEventListener("shown", () => this.#before && this.#before.stack !== viewer.shown?.stack && this.#leave());
    document.addEventListener("keydown", this.#escape, { capture: true });
  }

  get isOpen() {
    return this.#volume !== null;
  }

  /** The pane that tools and keys work on; null where that is the viewer. */
  get active() {
    return this.#volume && this.#active instanceof MprPane ? this.#active : null;
  }

  /**
   * Show the planes of a volume of the stack on display.
   * @param {Volume} volume
   */
  open(volume) {
    const { stack, presentation } = this.#viewer;
    if (!stack) {
      return;
    }
    this.#before = { stack, index: stack.index, presentation };
    this.#volume = volume;
    this.#surfaces.forEach((surface) => surface.use(volume));
    this.#bar.begin(volume);
    this.#cut();
    // the stack gets less room than its place and zoom were chosen for
    this.#viewer.change((shown) => ({ ...shown, scale: null, pan: FRESH.pan }));
    const [first = this.#source] = this.#panes;
    this.#activate(first);
    this.#layout.begin(volume.warnings);
    this.#moveTo(centreOf(volume));
    first.canvas.element.focus({ preventScroll: true });
  }

  /** Give the viewer back as it was. */
  close() {
    const before = this.#before;
    this.#leave();
    if (before && this.#viewer.stack === before.stack) {
      this.#viewer.change(() => before.presentation);
      this.#viewer.goTo(before.index);
    }
    element("mpr", HTMLButtonElement).focus({ preventScroll: true });
  }

  #leave() {
    this.#volume = null;
    this.#before = null;
    this.#layout.end();
    this.#surfaces.forEach((surface) => surface.use(null));
    this.dispatchEvent(new Event("closed"));
  }

  get #surfaces() {
    return [...this.#panes, this.#source];
  }

  /** Where the planes that are asked for meet. */
  get #centre() {
    return this.#panes.reduce((point, { plane }) => (
      plane ? along(point, normalOf(plane), -heightAbove(plane, point)) : point), this.#point);
  }

  /** @param {Surface} surface */
  #listenTo(surface) {
    new CrossHairs(surface, () => this.#point, (point) => this.#moveTo(point));
    for (const name of ["pointerdown", "focusin"]) {
      surface.element.addEventListener(name, () => this.#volume && this.#activate(surface), { capture: true });
    }
    surface.stage.addEventListener("dblclick", (event) => {
      if (this.#volume && event.target === surface.canvas.element) {
        // else it resets the view, as in the plain viewer
        event.stopPropagation();
        this.#layout.enlarge(surface);
      }
    }, { capture: true });
  }

  /** @param {Vector} point patient space; held within the volume */
  #moveTo(point) {
    this.#point = this.#panes.reduce((held, { planes }) => (planes ? within(planes, held) : held), point);
    for (const pane of this.#panes) {
      if (pane.planes) {
        pane.show(nearestPlane(pane.planes, this.#point));
      }
    }
    this.#source.follow(this.#point);
    this.#surfaces.forEach((surface) => this.#draw(surface));
  }

  /**
   * @param {MprPane} pane
   * @param {number} index
   */
  #scroll({ planes }, index) {
    if (planes) {
      const { direction, spacing, imagePositionPatient } = planes;
      const before = dot(along(this.#point, imagePositionPatient, -1), direction);
      this.#moveTo(along(this.#point, direction, index * spacing - before));
    }
  }

  #followStack() {
    const point = this.#volume && this.#source.scrolled(this.#point);
    if (point) {
      this.#moveTo(point);
    }
  }

  #followViewer() {
    if (this.#volume) {
      this.#source.follow(this.#point);
      this.#draw(this.#source);
      this.#followGrey();
    }
  }

  /** @param {Presentation} presentation of a pane, with what it shares */
  #share(presentation) {
    const grey = greyOf(presentation);
    this.#viewer.change((shown) => ({ ...shown, ...grey }));
    this.#followGrey();
  }

  /** Paint the panes anew where grey means something else now. */
  #followGrey() {
    const grey = JSON.stringify(greyOf(this.#viewer.presentation));
    if (grey !== this.#grey) {
      this.#grey = grey;
      this.#panes.forEach((pane) => pane.refresh());
    }
  }

  #cut() {
    this.#panes.forEach((pane) => {
      pane.slab = this.#bar.slab;
    });
  }

  #reset() {
    if (this.#volume) {
      this.#panes.forEach((pane) => pane.reset());
      this.#viewer.change(({ interpolation }) => ({ ...FRESH, interpolation }));
      this.#bar.reset();
      this.#cut();
      this.#moveTo(centreOf(this.#volume));
    }
  }

  /** @param {Surface} surface what tools and keys work on from now on */
  #activate(surface) {
    this.#active = surface;
    this.#surfaces.forEach((one) => one.element.classList.toggle("active", one === surface));
    this.#draw(surface);
    // the status line tells of it
    surface.tellPlace();
  }

  /** @param {Surface} surface */
  #draw(surface) {
    const { pictured, shown, canvas, overlay } = surface;
    if (!pictured || !shown || !canvas.element.clientWidth) {
      return;
    }
    const { thickness } = this.#bar.slab;
    const others = this.#surfaces.filter((one) => one !== surface).reverse();
    const references = others.flatMap(({ name, plane }) => (
      plane ? [{ name, plane, slab: name === "source" ? 0 : thickness }] : []));
    const centre = this.#centre;
    const ratio = canvas.size.width / canvas.element.clientWidth;
    overlay.draw({ ...pictured, ratio, references, centre, letters: surface.letters });
    this.#values.get(surface)?.ask(shown.imageId, pictured, centre);
    if (surface === this.#active) {
      this.#facts.show(shown.imageId, centre, this.#bar.slab);
    }
  }

  #escape = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Escape" || !this.#volume || document.querySelector("dialog[open]") || isTyping(event.target)) {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    if (!this.#layout.shrink()) {
      this.close();
    }
  };
}

/**
 * The part of a presentation that all panes share.
 * @param {Presentation} presentation
 */
function greyOf({ windowCenter, windowWidth, window, voiLUTFunction, voiLUT, invert, colormap, interpolation }) {
  return { windowCenter, windowWidth, window, voiLUTFunction, voiLUT, invert, colormap, interpolation };
}

/** @param {EventTarget | null} target */
function isTyping(target) {
  return target instanceof Element && target.closest("input:not([type=range]), textarea, select, .editor") !== null;
}
