/**
 * The four tools: what a drag with each of them does to the view.
 *
 * @module
 */

import { moved, windowDragged, zoomAt } from "./presentation.js";

/** @import { Presentation } from "./presentation.js" */
/** @import { Point, ResolvedView } from "./types.d.ts" */
/** @import { Viewport } from "./viewer.js" */

/** @typedef {"window" | "pan" | "zoom" | "scroll"} Tool */

/**
 * Where a drag began.
 * @typedef {object} DragStart
 * @property {Presentation} presentation
 * @property {ResolvedView} view
 * @property {number} index in the stack
 * @property {Point} point device pixels of the canvas
 * @property {number} ratio device pixels per CSS pixel
 * @property {number} height of the canvas in CSS pixels
 */

/** Moves the view from where the drag began by so many CSS pixels. */
/** @type {Record<Tool, (viewer: Viewport, start: DragStart, by: Point) => void>} */
export const TOOLS = {
  window(viewer, { view }, by) {
    viewer.change((shown) => windowDragged(shown, view, by));
  },

  pan(viewer, { presentation, ratio }, by) {
    viewer.change((shown) => ({ ...shown, pan: moved(presentation, { x: by.x * ratio, y: by.y * ratio }).pan }));
  },

  zoom(viewer, { presentation, view, point }, by) {
    viewer.change((shown) => {
      const { scale, pan } = zoomAt(presentation, view, Math.exp(-by.y / 150), point);
      return { ...shown, scale, pan };
    });
  },

  scroll(viewer, { index, height }, by) {
    const count = viewer.stack?.imageIds.length ?? 1;
    viewer.goTo(index + Math.round(by.y / Math.max(6, height / count)));
  },
};

/**
 * @param {string | undefined} name
 * @returns {name is Tool}
 */
export function isTool(name) {
  return name !== undefined && name in TOOLS;
}
