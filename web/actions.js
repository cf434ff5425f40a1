/**
 * Everything that one press can do to the view, by name: the toolbar and the keyboard share them.
 *
 * @module
 */

import { FRESH, mirrored, turned, zoomAt } from "./presentation.js";

/** @import { Viewport } from "./viewer.js" */

const ZOOM_STEP = 1.25;

/** @type {Record<string, (viewer: Viewport) => void>} */
export const ACTIONS = {
  reset: (viewer) => viewer.change(({ interpolation }) => ({ ...FRESH, interpolation })),
  invert: (viewer) => viewer.change((shown) => ({ ...shown, invert: !shown.invert })),
  rotateRight: (viewer) => viewer.change((shown) => turned(shown, 90)),
  rotateLeft: (viewer) => viewer.change((shown) => turned(shown, -90)),
  flipHorizontally: (viewer) => viewer.change((shown) => mirrored(shown, "hflip")),
  flipVertically: (viewer) => viewer.change((shown) => mirrored(shown, "vflip")),
  interpolate: (viewer) => viewer.change((shown) => ({
    ...shown, interpolation: shown.interpolation === "nearest" ? "linear" : "nearest",
  })),
  overlays: (viewer) => viewer.change((shown) => ({ ...shown, overlays: !shown.overlays })),
  shutter: (viewer) => viewer.change((shown) => ({ ...shown, shutter: !shown.shutter })),
  zoomIn: (viewer) => viewer.change((shown, view) => zoomAt(shown, view, ZOOM_STEP)),
  zoomOut: (viewer) => viewer.change((shown, view) => zoomAt(shown, view, 1 / ZOOM_STEP)),
  fit: (viewer) => viewer.change((shown) => ({ ...shown, scale: null, pan: FRESH.pan })),
  pixelForPixel: (viewer) => viewer.change((shown) => ({ ...shown, scale: 1, pan: FRESH.pan })),
  next: (viewer) => viewer.scroll(1),
  previous: (viewer) => viewer.scroll(-1),
  tenOn: (viewer) => viewer.scroll(10),
  tenBack: (viewer) => viewer.scroll(-10),
  first: (viewer) => viewer.goTo(0),
  last: (viewer) => viewer.goTo(Infinity),
};
