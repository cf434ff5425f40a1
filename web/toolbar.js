/**
 * The toolbar: tools, one-press actions, window presets and colour maps, and the switches that stand on the picture
 * itself; it follows what the keyboard does, too.
 *
 * @module
 */

import { ACTIONS } from "./actions.js";
import { element, make } from "./elements.js";
import { windowed } from "./presentation.js";
import { DEFAULT } from "./presets.js";
import { isTool } from "./tools.js";

/** @import { Voi } from "./presentation.js" */
/** @import { Preset } from "./presets.js" */
/** @import { Tool } from "./tools.js" */
/** @import { Viewer, Viewport } from "./viewer.js" */

export class Toolbar {
  /** @type {Tool} */
  tool = "window";
  /** @type {Preset[]} */
  #presets = [];
  #presetChoice = element("presets", HTMLSelectElement);
  #colormapChoice = element("colormaps", HTMLSelectElement);
  #viewer;

  /**
   * @param {Viewer} viewer
   * @param {() => Viewport} active what actions work on
   */
  constructor(viewer, active) {
    this.#viewer = viewer;
    for (const button of buttons("[data-action]")) {
      button.addEventListener("click", () => ACTIONS[button.dataset.action ?? ""]?.(active()));
    }
    for (const button of buttons("[data-tool]")) {
      const { tool } = button.dataset;
      button.addEventListener("click", () => isTool(tool) && this.choose(tool));
    }
    this.#presetChoice.addEventListener("change", () => this.choosePreset(Number(this.#presetChoice.value)));
    this.#colormapChoice.addEventListener("change", () => {
      viewer.change((shown) => ({ ...shown, colormap: this.#colormapChoice.value }));
    });
    viewer.addEventListener("painted", () => this.#follow());
    this.offer([DEFAULT]);
  }

  /** @param {Tool} tool */
  choose(tool) {
    this.tool = tool;
    for (const button of buttons("[data-tool]")) {
      button.setAttribute("aria-pressed", String(button.dataset.tool === tool));
    }
    element("panes", HTMLDivElement).dataset.tool = tool;
  }

  /** @param {number} number as the keys count: 1 is the image's default */
  choosePreset(number) {
    const preset = this.#presets[number - 1];
    if (preset) {
      this.#viewer.change((shown) => windowed(shown, preset));
    }
  }

  /** @param {Preset[]} presets of the image on display */
  offer(presets) {
    this.#presets = presets;
    this.#presetChoice.replaceChildren(make("option", { value: "", hidden: "" }, "Own window"));
    /** @type {HTMLElement} */
    let place = this.#presetChoice;
    presets.forEach(({ label, group }, index) => {
      if (group && group !== presets[index - 1]?.group) {
        place = make("optgroup", { label: group });
        this.#presetChoice.append(place);
      }
      place.append(make("option", { value: String(index + 1) }, label));
    });
    this.#follow();
  }

  /**
   * The switches that the image on display has something for.
   * @param {{ overlays: boolean, shutter: boolean }} has
   */
  offerSwitches(has) {
    for (const [action, there] of Object.entries(has)) {
      for (const button of buttons(`[data-action=${action}]`)) {
        button.hidden = !there;
      }
    }
  }

  /** @param {string[]} colormaps */
  offerColormaps(colormaps) {
    this.#colormapChoice.replaceChildren(...colormaps.map((name) => make("option", { value: name }, name)));
    this.#follow();
  }

  /** Show what is in force. */
  #follow() {
    const { invert, interpolation, colormap, overlays, shutter } = this.#viewer.presentation;
    press("invert", invert);
    press("interpolate", interpolation === "linear");
    press("overlays", overlays);
    press("shutter", shutter);
    this.#colormapChoice.value = colormap;
    const chosen = this.#chosen();
    const preset = this.#presets.findIndex(({ center = null, width = null, window = null, voiLUT = null }) => (
      center === chosen.center && width === chosen.width && window === chosen.window && voiLUT === chosen.voiLUT));
    this.#presetChoice.value = preset < 0 ? "" : String(preset + 1);
  }

  /**
   * What was chosen, as far as the image on display has it.
   * @returns {Required<Voi>}
   */
  #chosen() {
    const { windowCenter: center, windowWidth: width, window, voiLUT } = this.#viewer.presentation;
    const view = this.#viewer.shown?.view;
    return {
      center,
      width,
      window: window === null ? null : view?.window ?? null,
      voiLUT: voiLUT === null ? null : view?.voiLUT ?? null,
    };
  }
}

/**
 * @param {string} action
 * @param {boolean} pressed
 */
function press(action, pressed) {
  for (const button of buttons(`[data-action=${action}]`)) {
    button.setAttribute("aria-pressed", String(pressed));
  }
}

/** @param {string} selector */
function buttons(selector) {
  return /** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll(`:is(.toolbar, .layers) ${selector}`));
}
