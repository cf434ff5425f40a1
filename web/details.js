/**
 * What is known about the image on display: facts, warnings, windows to choose from. It is asked for once the picture
 * stands, so that scrolling is never held up by it.
 *
 * @module
 */

import { element, inBytes, make, short } from "./elements.js";
import { lineageList } from "./lineage.js";
import { showWarnings } from "./notices.js";
import { presetsFor } from "./presets.js";

/** @import { Loadstone } from "./loadstone.js" */
/** @import { PlanesButton } from "./mpr_button.js" */
/** @import { StatusLine } from "./status.js" */
/** @import { Toolbar } from "./toolbar.js" */
/** @import { ImageDescription, Overlay, Shutter } from "./types.d.ts" */
/** @import { Viewer } from "./viewer.js" */

const REST_MS = 60;

/**
 * @param {Loadstone} loadstone
 * @param {Viewer} viewer
 * @param {Toolbar} toolbar
 * @param {StatusLine} status
 * @param {PlanesButton} planes
 * @param {(imageIds: string[]) => void} open
 */
export function showDetails(loadstone, viewer, toolbar, status, planes, open) {
  let timer = 0;
  const follow = async () => {
    const imageId = viewer.shown?.imageId ?? "";
    /** @param {string} type */
    const module = (type) => loadstone.metaData.get(type, imageId).catch(() => null);
    const [image, series, patient] = await Promise.all([
      loadstone.describe(imageId).catch(() => null),
      module("generalSeriesModule"),
      module("patientModule"),
    ]);
    if (!image || viewer.shown?.imageId !== imageId) {
      return;
    }
    const modality = series?.modality ?? "";
    toolbar.offer(presetsFor(modality, image));
    toolbar.offerSwitches({ overlays: image.overlays.length > 0, shutter: image.shutter !== null });
    planes.color = image.color;
    status.loadTime = image.loadTimeInMS;
    showWarnings(image.warnings);
    /** @type {[string, Node | string][]} */
    const facts = factsOf(image, modality, series?.seriesDescription, patient?.patientName);
    if (image.lineage.length) {
      facts.splice(1, 0, ["Computed from", lineageList(image, open)]);
    }
    element("facts", HTMLDListElement).replaceChildren(...facts.map(([name, value]) => (
      make("div", {}, make("dt", {}, name), make("dd", {}, value)))));
  };
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(follow, REST_MS);
  };
  viewer.addEventListener("shown", soon);
  if (viewer.shown) {
    soon();
  }
}

/**
 * @param {ImageDescription} image
 * @param {string} modality
 * @param {unknown} description
 * @param {unknown} patient
 * @returns {[string, string][]}
 */
function factsOf(image, modality, description, patient) {
  const { rowPixelSpacing: down, columnPixelSpacing: along } = image;
  const { slope, intercept, windows, voiLUTs, pixelAspectRatio: aspect } = image;
  /** @type {[string, unknown][]} */
  const facts = [
    ["Image id", image.imageId],
    ["Modality", modality],
    ["Series", description],
    ["Patient", patient],
    ["Size", `${image.columns} × ${image.rows} pixels`],
    ["Pixels", `${image.photometricInterpretation}, ${image.dataType.replace("Array", "")}`],
    ["Stored values", `${short(image.minPixelValue)} to ${short(image.maxPixelValue)}`],
    ["Rescale", slope === 1 && intercept === 0 ? "" : `× ${short(slope)} ${intercept < 0 ? "−" : "+"} ${short(Math.abs(intercept))}`],
    ["Padding", image.pixelPadding ? [...new Set(image.pixelPadding)].map(short).join(" to ") : ""],
    ["VOI function", windows.length && !voiLUTs.length && image.voiLUTFunction !== "LINEAR" ? image.voiLUTFunction : ""],
    ["VOI LUTs", voiLUTs.map(({ explanation }, index) => explanation || String(index + 1)).join(", ")],
    ["Overlays", image.overlays.map(overlayName).join("; ")],
    ["Shutter", image.shutter ? shutterShapes(image.shutter) : ""],
    ["Pixel aspect", aspect && aspect !== 1 && !(along && down) ? `${short(aspect)} high to 1 wide` : ""],
    ["Pixel spacing", along && down ? `${short(along)} × ${short(down)} mm` : ""],
    ["In memory", inBytes(image.sizeInBytes)],
  ];
  return facts.filter(([, value]) => value).map(([name, value]) => [name, String(value)]);
}

/** @param {Overlay} overlay */
function overlayName({ rows, columns, kind, label, description }) {
  const name = label || description || (kind === "R" ? "region of interest" : "graphics");
  return `${name}, ${columns} × ${rows}`;
}

/** @param {Shutter} shutter */
function shutterShapes({ rectangle, circle, polygon, bitmap }) {
  const shapes = { rectangle, circle, polygon: polygon.length, bitmap };
  return Object.entries(shapes).filter(([, there]) => there).map(([name]) => name).join(", ");
}
