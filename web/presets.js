/**
 * Windows and VOI LUTs to choose from: those of the image itself, and the customary windows of its modality.
 *
 * @module
 */

import { short } from "./elements.js";

/** @import { Voi } from "./presentation.js" */
/** @import { ImageDescription, WindowChoice } from "./types.d.ts" */

/** @type {Record<string, WindowChoice[]>} in modality units, for CT Hounsfield units */
const BY_MODALITY = {
  CT: [
    { explanation: "Mediastinum", center: 40, width: 400 },
    { explanation: "Lung", center: -500, width: 1500 },
    { explanation: "Bone", center: 500, width: 2000 },
    { explanation: "Brain", center: 40, width: 80 },
  ],
};

/** @typedef {Voi & { label: string, group: string }} Preset */

/** @type {Preset} */
export const DEFAULT = { label: "Default", group: "" };

/**
 * @param {string} modality DICOM's word, or nothing
 * @param {Pick<ImageDescription, "color" | "windows" | "voiLUTs">} image
 * @returns {Preset[]} the default first
 */
export function presetsFor(modality, { color, windows, voiLUTs }) {
  if (color) {
    return [DEFAULT];
  }
  const group = "Of this image";
  const several = windows.length + voiLUTs.length > 1;
  const ownWindows = windows.map(({ explanation, ...values }, window) => (
    { label: told(explanation || (several ? "Window" : ""), values), group, window }));
  const ownLuts = voiLUTs.map(({ explanation }, voiLUT) => (
    { label: explanation ? `${explanation}  LUT` : several ? `VOI LUT ${voiLUT + 1}` : "", group, voiLUT }));
  const usual = (BY_MODALITY[modality] ?? []).map(({ explanation, ...values }) => (
    { label: told(explanation, values), group: `Usual for ${modality}`, ...values }));
  // what has no name is the default itself
  return [DEFAULT, ...[...ownWindows, ...ownLuts, ...usual].filter(({ label }) => label)];
}

/**
 * @param {string} name
 * @param {{ center: number, width: number }} window
 */
function told(name, { center, width }) {
  return name && `${name}  ${short(center)} / ${short(width)}`;
}
