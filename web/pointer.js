/**
 * Mouse, pen and touch on the canvas: one pointer works with the chosen tool, two zoom and pan, the wheel scrolls.
 *
 * @module
 */

import { ACTIONS } from "./actions.js";
import { moved, zoomAt } from "./presentation.js";
import { TOOLS } from "./tools.js";

/** @import { Canvas } from "./canvas.js" */
/** @import { DragStart, Tool } from "./tools.js" */
/** @import { Point } from "./types.d.ts" */
/** @import { Stack, Viewport } from "./viewer.js" */

const RIGHT_OR_MIDDLE = [1, 2];
/** Wheel pixels per image: a notch of a mouse wheel is one step, a touch pad adds up to it. */
const WHEEL_STEP = 40;

export class PointerInput {
  /** @type {Map<number, Point>} the pointers that are down, in CSS pixels */
  #down = new Map();
  /** @type {{ stack: Stack, start: DragStart, tool: Tool, from: Point } | null} */
  #drag = null;
  #wheel = 0;
  #viewer;
  #canvas;
  #tool;

  /**
   * @param {Viewport} viewer
   * @param {Canvas} canvas
   * @param {() => Tool} tool the tool that is chosen
   */
  constructor(viewer, canvas, tool) {
    this.#viewer = viewer;
    this.#canvas = canvas;
    this.#tool = tool;
    const { element } = canvas;
    element.addEventListener("pointerdown", this.#press);
    element.addEventListener("pointermove", this.#move);
    element.addEventListener("pointerup", this.#release);
    element.addEventListener("pointercancel", this.#release);
    element.addEventListener("wheel", this.#turnWheel, { passive: false });
    element.addEventListener("dblclick", () => ACTIONS.reset?.(viewer));
    element.addEventListener("contextmenu", (event) => event.preventDefault());
  }

  #press = (/** @type {PointerEvent} */ event) => {
    this.#canvas.element.setPointerCapture(event.pointerId);
    this.#down.set(event.pointerId, position(event));
    this.#drag = this.#down.size === 1 ? this.#begin(event) : null;
    this.#viewer.dragging = true;
  };

  /** @param {PointerEvent} event */
  #begin(event) {
    const { shown, stack, presentation } = this.#viewer;
    if (!shown) {
      return null;
    }
    const { element, size } = this.#canvas;
    /** @type {DragStart} */
    const start = {
      presentation,
      view: shown.view,
      index: stack?.index ?? 0,
      point: this.#canvas.point(event),
      ratio: size.width / element.clientWidth,
      height: element.clientHeight,
    };
    /** @type {Tool} */
    const tool = RIGHT_OR_MIDDLE.includes(event.button) ? "pan" : this.#tool();
    return { stack: shown.stack, start, tool, from: position(event) };
  }

  #move = (/** @type {PointerEvent} */ event) => {
    const before = this.#down.get(event.pointerId);
    if (!before) {
      return;
    }
    const now = position(event);
    if (this.#drag && this.#drag.stack !== this.#viewer.shown?.stack) {
      // what the drag began on has gone, and its values mean nothing to the image that came instead
      this.#drag = null;
    } else if (this.#drag) {
      const { start, tool, from } = this.#drag;
      TOOLS[tool](this.#viewer, start, { x: now.x - from.x, y: now.y - from.y });
    } else if (this.#down.size === 2) {
      this.#pinch(event.pointerId, before, now);
    }
    this.#down.set(event.pointerId, now);
  };

  /**
   * One of two fingers moved: zoom by how their distance changed, and move with their middle.
   * @param {number} id
   * @param {Point} before
   * @param {Point} now
   */
  #pinch(id, before, now) {
    const other = [...this.#down].find(([pointer]) => pointer !== id)?.[1] ?? now;
    const factor = Math.max(distance(now, other), 1) / Math.max(distance(before, other), 1);
    const middle = this.#canvas.point({ clientX: (before.x + other.x) / 2, clientY: (before.y + other.y) / 2 });
    const ratio = this.#canvas.size.width / this.#canvas.element.clientWidth;
    const by = { x: (now.x - before.x) / 2 * ratio, y: (now.y - before.y) / 2 * ratio };
    this.#viewer.change((shown, view) => moved(zoomAt(shown, view, factor, middle), by));
  }

  #release = (/** @type {PointerEvent} */ event) => {
    this.#down.delete(event.pointerId);
    // the finger that stays down after a pinch does not become a drag
    this.#drag = null;
    if (this.#down.size === 0) {
      this.#viewer.dragging = false;
    }
  };

  #turnWheel = (/** @type {WheelEvent} */ event) => {
    event.preventDefault();
    if (!event.deltaY) {
      return;
    }
    const pixels = event.deltaY * (event.deltaMode === WheelEvent.DOM_DELTA_LINE ? WHEEL_STEP : 1);
    const several = (this.#viewer.stack?.imageIds.length ?? 0) > 1;
    if (event.ctrlKey || event.metaKey || !several) {
      // a pinch on a touch pad comes as small steps with ctrl, a notch of a wheel as about 100
      const factor = Math.exp(-Math.min(Math.max(pixels, -60), 60) / (event.ctrlKey ? 120 : 300));
      this.#viewer.change((shown, view) => zoomAt(shown, view, factor, this.#canvas.point(event)));
      return;
    }
    this.#wheel += pixels;
    const notch = Math.abs(pixels) >= WHEEL_STEP;
    if (notch || Math.abs(this.#wheel) >= WHEEL_STEP) {
      this.#viewer.scroll(Math.sign(this.#wheel));
      this.#wheel = 0;
    }
  };
}

/** @param {PointerEvent} event */
function position(event) {
  return { x: event.clientX, y: event.clientY };
}

/**
 * @param {Point} one
 * @param {Point} other
 */
function distance(one, other) {
  return Math.hypot(one.x - other.x, one.y - other.y);
}
