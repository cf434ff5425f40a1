/**
 * The keys, and the dialog that lists them.
 *
 * @module
 */

import { ACTIONS } from "./actions.js";
import { element, make } from "./elements.js";

/** @import { Tool } from "./tools.js" */
/** @import { Viewport } from "./viewer.js" */

/** @type {{ keys: string[], says: string, action?: string, tool?: Tool, inStack?: boolean, button?: string }[]} */
const KEYS = [
  { keys: ["ArrowDown", "ArrowRight"], says: "next image", action: "next", inStack: true },
  { keys: ["ArrowUp", "ArrowLeft"], says: "previous image", action: "previous", inStack: true },
  { keys: ["PageDown"], says: "ten images on", action: "tenOn", inStack: true },
  { keys: ["PageUp"], says: "ten images back", action: "tenBack", inStack: true },
  { keys: ["Home"], says: "first image", action: "first", inStack: true },
  { keys: ["End"], says: "last image", action: "last", inStack: true },
  { keys: ["+", "="], says: "zoom in", action: "zoomIn" },
  { keys: ["-"], says: "zoom out", action: "zoomOut" },
  { keys: ["f"], says: "fit into the canvas", action: "fit" },
  { keys: ["o"], says: "one image pixel per screen pixel", action: "pixelForPixel" },
  { keys: ["0", "Escape"], says: "reset the view", action: "reset" },
  { keys: ["i"], says: "invert", action: "invert" },
  { keys: ["r"], says: "rotate right", action: "rotateRight" },
  { keys: ["R"], says: "rotate left", action: "rotateLeft" },
  { keys: ["h"], says: "flip left and right", action: "flipHorizontally" },
  { keys: ["v"], says: "flip up and down", action: "flipVertically" },
  { keys: ["n"], says: "smooth pixels", action: "interpolate" },
  { keys: ["l"], says: "overlays on and off", action: "overlays" },
  { keys: ["d"], says: "display shutter on and off", action: "shutter" },
  { keys: ["m"], says: "planes (MPR), and back", button: "mpr" },
  { keys: ["w"], says: "window tool", tool: "window" },
  { keys: ["p"], says: "pan tool", tool: "pan" },
  { keys: ["z"], says: "zoom tool", tool: "zoom" },
  { keys: ["s"], says: "scroll tool", tool: "scroll" },
];

/** @type {Record<string, string>} */
const KEY_NAMES = {
  ArrowDown: "↓", ArrowRight: "→", ArrowUp: "↑", ArrowLeft: "←", PageDown: "Page ↓", PageUp: "Page ↑", Escape: "Esc",
};

/** Controls that use letters or arrows themselves. */
const TYPING = "input, textarea, select, dialog, .editor";

/**
 * @param {() => Viewport} active what the keys work on
 * @param {(tool: Tool) => void} chooseTool
 * @param {(number: number) => void} choosePreset
 */
export function listenToKeys(active, chooseTool, choosePreset) {
  const help = element("help", HTMLDialogElement);
  element("show-help", HTMLButtonElement).addEventListener("click", () => help.showModal());
  element("help-keys", HTMLDListElement).append(...KEYS.map(describe), describe({
    keys: ["1", "2", "…"], says: "windows of the image, and presets",
  }));
  document.addEventListener("keydown", (event) => {
    const target = /** @type {Element} */ (event.target);
    if (event.ctrlKey || event.metaKey || event.altKey || target.closest?.(TYPING)) {
      return;
    }
    const entry = KEYS.find(({ keys }) => keys.includes(event.key));
    if (entry?.inStack && (active().stack?.imageIds.length ?? 0) < 2) {
      // the keys scroll the page, as they do anywhere else
      return;
    }
    if (entry?.action) {
      ACTIONS[entry.action]?.(active());
    } else if (entry?.tool) {
      chooseTool(entry.tool);
    } else if (entry?.button) {
      element(entry.button, HTMLButtonElement).click();
    } else if (/^[1-9]$/.test(event.key)) {
      choosePreset(Number(event.key));
    } else if (event.key === "?") {
      help.showModal();
    } else {
      return;
    }
    event.preventDefault();
  });
}

/** @param {{ keys: string[], says: string }} entry */
function describe({ keys, says }) {
  const caps = keys.map((key) => make("kbd", {}, KEY_NAMES[key] ?? (/[A-Z]/.test(key) && key.length === 1
    ? `Shift ${key.toLowerCase()}` : key)));
  return make("div", {}, make("dt", {}, ...caps), make("dd", {}, says));
}
