/**
 * The cross-hair by mouse, pen and touch: a click puts it somewhere, its centre and its lines can be dragged, and the
 * arrow keys with Shift move it by a pixel. All else is left to the chosen tool.
 *
 * @module
 */

import { dot, fromCanvas, toCanvas, toImage, toPatient, along } from "./mpr_geometry.js";

/** @import { Canvas } from "./canvas.js" */
/** @import { Plane, Vector } from "./mpr_geometry.js" */
/** @import { Overlay } from "./mpr_overlay.js" */
/** @import { Point, ResolvedView } from "./types.d.ts" */

/**
 * A picture of the volume.
 * @typedef {object} Surface
 * @property {Canvas} canvas
 * @property {Overlay} overlay
 * @property {{ view: ResolvedView, plane: Plane } | null} pictured how it lies on the canvas; null where it is no volume's
 */

/** CSS pixels. Fingers take hold of the centre only: two that zoom must not catch a line. */
const REACH = { mouse: { centre: 13, line: 4 }, touch: { centre: 28, line: -1 } };
/** A press that moves no farther than this, in CSS pixels, and no longer than this is a click. */
const STILL = 4;
const CLICK_MS = 500;

/** @type {Record<string, Point>} */
const ARROWS = {
  ArrowLeft: { x: -1, y: 0 }, ArrowRight: { x: 1, y: 0 }, ArrowUp: { x: 0, y: -1 }, ArrowDown: { x: 0, y: 1 },
};

export class CrossHairs {
  /** @type {{ pointerId: number, normal: Vector | null } | null} what is dragged: one line, or the centre */
  #held = null;
  /** @type {{ pointerId: number, at: Point, time: number } | null} a press that may become a click */
  #pressed = null;
  #surface;
  #centre;
  #move;

  /**
   * @param {Surface} surface
   * @param {() => Vector} centre where the cross-hair is
   * @param {(point: Vector) => void} move puts it elsewhere
   */
  constructor(surface, centre, move) {
    this.#surface = surface;
    this.#centre = centre;
    this.#move = move;
    const { element } = surface.canvas;
    // before the tools hear of it
    element.addEventListener("pointerdown", this.#press, { capture: true });
    element.addEventListener("pointermove", this.#drag);
    element.addEventListener("pointerup", this.#release);
    element.addEventListener("pointercancel", this.#letGo);
    element.addEventListener("keydown", this.#step);
  }

  #press = (/** @type {PointerEvent} */ event) => {
    if (this.#held) {
      event.stopImmediatePropagation();
      return;
    }
    // a second finger makes it no click
    const alone = !this.#pressed && event.button === 0 && this.#surface.pictured;
    this.#pressed = alone ? { pointerId: event.pointerId, at: position(event), time: event.timeStamp } : null;
    const hit = alone ? this.#hit(event) : null;
    if (hit) {
      this.#surface.canvas.element.setPointerCapture(event.pointerId);
      this.#held = { pointerId: event.pointerId, normal: hit === "centre" ? null : hit.normal };
      event.stopImmediatePropagation();
    }
  };

  #drag = (/** @type {PointerEvent} */ event) => {
    const { canvas } = this.#surface;
    if (this.#held?.pointerId !== event.pointerId) {
      const hit = event.buttons || !this.#surface.pictured ? null : this.#hit(event);
      canvas.element.dataset.under = hit === "centre" ? "centre" : hit ? "line" : "";
      return;
    }
    const point = this.#pointAt(event);
    if (point) {
      const { normal } = this.#held;
      const before = this.#centre();
      // a line moves along the normal of its plane only
      this.#move(normal ? along(before, normal, dot(along(point, before, -1), normal)) : point);
    }
  };

  #release = (/** @type {PointerEvent} */ event) => {
    const pressed = this.#pressed;
    const held = this.#held;
    this.#letGo();
    if (pressed?.pointerId !== event.pointerId || held?.normal === null) {
      return;
    }
    const now = position(event);
    const still = Math.hypot(now.x - pressed.at.x, now.y - pressed.at.y) <= STILL;
    const point = still && event.timeStamp - pressed.time <= CLICK_MS ? this.#pointAt(event) : null;
    if (point) {
      this.#move(point);
    }
  };

  #letGo = () => {
    this.#held = null;
    this.#pressed = null;
  };

  #step = (/** @type {KeyboardEvent} */ event) => {
    const by = event.shiftKey ? ARROWS[event.key] : undefined;
    const { pictured } = this.#surface;
    if (by && pictured) {
      const { view, plane } = pictured;
      const from = toImage(plane, this.#centre());
      const here = toCanvas(view, plane, from);
      const there = fromCanvas(view, plane, { x: here.x + by.x, y: here.y + by.y });
      // one pixel of the picture, in the direction that is seen
      const length = Math.hypot(there.x - from.x, there.y - from.y);
      const to = { x: from.x + (there.x - from.x) / length, y: from.y + (there.y - from.y) / length };
      this.#move(toPatient(plane, to));
      event.preventDefault();
      event.stopPropagation();
    }
  };

  /** @param {PointerEvent} event */
  #hit(event) {
    const box = this.#surface.canvas.element.getBoundingClientRect();
    const point = { x: event.clientX - box.left, y: event.clientY - box.top };
    return this.#surface.overlay.hit(point, event.pointerType === "touch" ? REACH.touch : REACH.mouse);
  }

  /** @param {PointerEvent} event */
  #pointAt(event) {
    const { canvas, pictured } = this.#surface;
    return pictured && toPatient(pictured.plane, fromCanvas(pictured.view, pictured.plane, canvas.point(event)));
  }
}

/** @param {PointerEvent} event */
function position(event) {
  return { x: event.clientX, y: event.clientY };
}
