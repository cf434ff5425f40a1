/**
 * Windows to choose from: those of the image itself, and the customary ones of its modality.
 *
 * @module
 */

/** @import { WindowChoice } from "./types.d.ts" */

/** @type {Record<string, WindowChoice[]>} in modality units, for CT Hounsfield units */
const BY_MODALITY = {
  CT: [
    { explanation: "Mediastinum", center: 40, width: 400 },
    { explanation: "Lung", center: -500, width: 1500 },
    { explanation: "Bone", center: 500, width: 2000 },
    { explanation: "Brain", center: 40, width: 80 },
  ],
};

/**
 * @typedef {object} Preset
 * @property {string} label
 * @property {number | null} center null is the image's own default
 * @property {number | null} width
 */

/**
 * @param {string} modality DICOM's word, or nothing
 * @param {WindowChoice[]} windows of the image
 * @returns {Preset[]}
 */
export function presetsFor(modality, windows) {
  const own = windows.map(({ explanation, ...window }) => ({
    explanation: explanation || (windows.length > 1 ? "Window" : ""), ...window,
  }));
  const named = [...own, ...(BY_MODALITY[modality] ?? [])].filter(({ explanation }) => explanation);
  return [
    { label: "Default", center: null, width: null },
    ...named.map(({ explanation, center, width }) => ({ label: `${explanation}  ${center} / ${width}`, center, width })),
  ];
}
