/**
 * How an image is presented, as a value: everything of a view but the canvas's size. Each function gives a new one.
 *
 * @module
 */

/** @import { Point, ResolvedView, View } from "./types.d.ts" */

/** @typedef {Omit<Required<View>, "width" | "height">} Presentation */
/** @typedef {0 | 90 | 180 | 270} Rotation */

/** @type {Readonly<Presentation>} */
export const FRESH = Object.freeze({
  windowCenter: null,
  windowWidth: null,
  window: null,
  voiLUTFunction: null,
  voiLUT: null,
  invert: false,
  colormap: "gray",
  scale: null,
  pan: { x: 0, y: 0 },
  rotation: 0,
  hflip: false,
  vflip: false,
  interpolation: "nearest",
  overlays: true,
  shutter: true,
});

const SMALLEST_SCALE = 0.01;
const LARGEST_SCALE = 200;

/**
 * Zoom so that what lies under `point` stays there.
 * @param {Presentation} presentation
 * @param {ResolvedView} shown the view that `point` was read from
 * @param {number} factor
 * @param {Point} [point] canvas pixels; the canvas's centre by default
 * @returns {Presentation}
 */
export function zoomAt(presentation, shown, factor, point = { x: shown.width / 2, y: shown.height / 2 }) {
  const before = presentation.scale ?? shown.fitScale;
  const scale = Math.min(Math.max(before * factor, SMALLEST_SCALE), LARGEST_SCALE);
  const x = point.x - shown.width / 2;
  const y = point.y - shown.height / 2;
  const applied = scale / before;
  return {
    ...presentation,
    scale,
    pan: { x: x - (x - presentation.pan.x) * applied, y: y - (y - presentation.pan.y) * applied },
  };
}

/**
 * @param {Presentation} presentation
 * @param {Point} by canvas pixels
 * @returns {Presentation}
 */
export function moved(presentation, by) {
  return { ...presentation, pan: { x: presentation.pan.x + by.x, y: presentation.pan.y + by.y } };
}

/**
 * @param {Presentation} presentation
 * @param {90 | -90} degrees clockwise
 * @returns {Presentation}
 */
export function turned(presentation, degrees) {
  const rotation = /** @type {Rotation} */ ((presentation.rotation + degrees + 360) % 360);
  return { ...presentation, rotation };
}

/**
 * Mirror what is seen. A view flips first and turns then, so a mirror after the turn turns it the other way.
 * @param {Presentation} presentation
 * @param {"hflip" | "vflip"} axis
 * @returns {Presentation}
 */
export function mirrored(presentation, axis) {
  const rotation = /** @type {Rotation} */ ((360 - presentation.rotation) % 360);
  return { ...presentation, rotation, [axis]: !presentation[axis] };
}

/**
 * What stands for grey: a window of these values, or one of the image's own windows or VOI LUTs, by its index.
 * @typedef {object} Voi
 * @property {number | null} [center]
 * @property {number | null} [width]
 * @property {number | null} [window]
 * @property {number | null} [voiLUT]
 */

/**
 * @param {Presentation} presentation
 * @param {Voi} voi where it says nothing, the image has its default
 * @returns {Presentation}
 */
export function windowed(presentation, { center = null, width = null, window = null, voiLUT = null }) {
  return { ...presentation, windowCenter: center, windowWidth: width, window, voiLUT };
}

/**
 * The window after a drag: right is wider, down is brighter centre. The steps grow with the window, so that a drag
 * feels alike for CT and for values between 0 and 1.
 * @param {Presentation} presentation
 * @param {ResolvedView} start the view when the drag began
 * @param {Point} by CSS pixels
 * @returns {Presentation}
 */
export function windowDragged(presentation, start, by) {
  const center = start.windowCenter ?? 0;
  const width = start.windowWidth ?? 1;
  // LINEAR is defined for widths from 1, which only small value ranges go below
  const narrowest = Math.min(1, width / 100);
  return windowed(presentation, {
    center: center + by.y * width / 256, width: Math.max(width * Math.exp(by.x / 200), narrowest),
  });
}

/**
 * The view to ask Python for.
 * @param {Presentation} presentation
 * @param {{ width: number, height: number }} size canvas pixels
 * @param {number} [fraction] of the canvas's resolution, below 1 for a quick preview
 * @returns {View}
 */
export function viewOf(presentation, size, fraction = 1) {
  return {
    ...presentation,
    width: Math.max(1, Math.round(size.width * fraction)),
    height: Math.max(1, Math.round(size.height * fraction)),
    scale: presentation.scale === null ? null : presentation.scale * fraction,
    pan: { x: presentation.pan.x * fraction, y: presentation.pan.y * fraction },
  };
}

/**
 * The view of a preview, as it would be at the canvas's full resolution: what the pointer works with.
 * @param {ResolvedView} view
 * @param {number} fraction
 * @returns {ResolvedView}
 */
export function atFullSize(view, fraction) {
  return {
    ...view,
    width: view.width / fraction,
    height: view.height / fraction,
    scale: view.scale / fraction,
    fitScale: view.fitScale / fraction,
    pan: { x: view.pan.x / fraction, y: view.pan.y / fraction },
  };
}
