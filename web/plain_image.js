/**
 * Images that JavaScript loaders give, as they cross to Python, which makes sense of them.
 *
 * @module
 */

import { cloneable } from "./cloning.js";

/** What Python reads of an image in Cornerstone's shape (py/loadstone/_browser/images_in.py), beside its pixels. */
const FIELDS = [
  "rows", "columns", "height", "width", "color", "invert", "photometricInterpretation",
  "slope", "intercept", "modalityLUT", "isPreScaled", "preScale",
  "windows", "windowCenter", "windowWidth", "voiLUT", "voiLUTFunction",
  "rowPixelSpacing", "columnPixelSpacing", "pixelAspectRatio", "pixelPadding", "unit", "warnings",
];

/**
 * The image without its methods, with a copy of its pixels, since their owner may keep them; of what is no object
 * only what it looks like, as `given`.
 * @param {any} image
 * @returns {Record<string, unknown>}
 */
export function plainImage(image) {
  if (image === null || typeof image !== "object") {
    return { given: typeof image === "string" ? JSON.stringify(image) : String(image) };
  }
  const fields = FIELDS.filter((name) => image[name] !== undefined).map((name) => [name, unshared(image[name])]);
  return { ...Object.fromEntries(fields), pixelData: copied(image.pixelData ?? image.getPixelData?.()) };
}

/**
 * Typed arrays at the top of a message are moved out of the page; these stay. What can not cross is left out.
 * @param {unknown} value
 */
function unshared(value) {
  return ArrayBuffer.isView(value) ? Array.from(/** @type {any} */ (value)) : cloneable(value);
}

/** @param {any} pixels */
function copied(pixels) {
  // Pyodide can not read half floats
  const isReadable = ArrayBuffer.isView(pixels) && "slice" in pixels && kind(pixels) !== "Float16Array";
  // slice: a view of a part of a volume takes its own part along, not the volume
  return isReadable ? /** @type {any} */ (pixels).slice() : kind(pixels);
}

/** @param {any} value */
function kind(value) {
  return value == null ? value : Object(value).constructor?.name ?? typeof value;
}
