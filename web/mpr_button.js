/**
 * The button that leads to the planes (MPR) of the stack on display, and back. What they are made with is loaded the
 * first time that they are asked for.
 *
 * @module
 */

import { element, make } from "./elements.js";
import { hide, showError } from "./notices.js";

/** @import { Canvas } from "./canvas.js" */
/** @import { Loadstone } from "./loadstone.js" */
/** @import { Mpr } from "./mpr.js" */
/** @import { Tool } from "./tools.js" */
/** @import { VolumeProgress } from "./types.d.ts" */
/** @import { Stack, Viewer, Viewport } from "./viewer.js" */

/** A volume that is there sooner shows no progress, so that a quick one does not flicker. */
const DELAY_MS = 200;
const OFFER = "Planes: axial, coronal and sagittal (m)";
const BACK = "Back from the planes (m, Esc)";

export class PlanesButton {
  /** @type {Mpr | null} */
  #mpr = null;
  /** @type {{ stack: Stack, abort: AbortController } | null} */
  #building = null;
  #color = false;
  #button = element("mpr", HTMLButtonElement);
  #progress = new Progress(() => this.#building?.abort.abort());
  #loadstone;
  #viewer;
  #canvas;
  #tool;
  #show;

  /**
   * @param {Loadstone} loadstone
   * @param {Viewer} viewer
   * @param {Canvas} canvas the viewer's
   * @param {() => Tool} tool the tool that is chosen
   * @param {(imageIds: string[]) => void} show opens other images
   */
  constructor(loadstone, viewer, canvas, tool, show) {
    this.#loadstone = loadstone;
    this.#viewer = viewer;
    this.#canvas = canvas;
    this.#tool = tool;
    this.#show = show;
    this.#button.addEventListener("click", () => this.#press());
    viewer.addEventListener("shown", this.#follow);
    viewer.addEventListener("moved", this.#follow);
    this.#follow();
  }

  /** What tools and keys work on. */
  get active() {
    return this.#mpr?.active ?? /** @type {Viewport} */ (this.#viewer);
  }

  /** Whether the image on display is in colour, as soon as that is known. */
  set color(/** @type {boolean} */ color) {
    this.#color = color;
    this.#follow();
  }

  #press() {
    if (this.#mpr?.isOpen) {
      this.#mpr.close();
    } else if (this.#building) {
      this.#building.abort.abort();
    } else if (this.#viewer.shown) {
      this.#open(this.#viewer.shown.stack);
    }
  }

  /**
   * Also where it can not be: then Python says why.
   * @param {Stack} stack
   */
  async #open(stack) {
    const abort = new AbortController();
    const { signal } = abort;
    this.#building = { stack, abort };
    this.#progress.begin();
    try {
      const onProgress = (/** @type {VolumeProgress} */ progress) => this.#progress.tell(progress);
      const [volume, module] = await Promise.all([
        this.#loadstone.volume(stack.imageIds, { signal, onProgress }), import("./mpr.js"),
      ]);
      if (!signal.aborted && this.#viewer.shown?.stack === stack) {
        this.#mpr ??= this.#make(module);
        this.#mpr.open(volume);
      }
    } catch (error) {
      if (!signal.aborted) {
        showError(error, () => this.#open(stack));
      }
    } finally {
      this.#building = null;
      this.#progress.end();
      this.#follow();
    }
  }

  /**
   * @param {typeof import("./mpr.js")} module
   * @returns {Mpr}
   */
  #make(module) {
    const mpr = new module.Mpr(this.#loadstone, this.#viewer, this.#canvas, this.#tool, this.#show);
    mpr.addEventListener("closed", this.#follow);
    return mpr;
  }

  #follow = () => {
    const { shown } = this.#viewer;
    const isOpen = this.#mpr?.isOpen ?? false;
    const several = (shown?.stack.imageIds.length ?? 0) > 1;
    if (this.#building?.stack !== shown?.stack) {
      this.#building?.abort.abort();
    }
    this.#button.setAttribute("aria-pressed", String(isOpen));
    this.#button.setAttribute("aria-disabled", String(!several || this.#color));
    this.#button.title = isOpen ? BACK : !several ? "Planes need two or more slices; this is one image"
      : this.#color ? "Planes need grey images; these are in colour" : OFFER;
  };
}

/** How far a volume is, with a way out. */
class Progress {
  #timer = 0;
  #bar = make("progress", { "aria-label": "Images of the volume" });
  #text = make("p", {});
  #panel;

  /** @param {() => void} cancel */
  constructor(cancel) {
    const button = make("button", { type: "button" }, "Cancel");
    button.addEventListener("click", cancel);
    this.#panel = make("div", { class: "loading", id: "volume-loading", hidden: "" }, this.#bar, this.#text, button);
    element("stage", HTMLDivElement).append(this.#panel);
  }

  begin() {
    this.#bar.removeAttribute("value");
    this.#text.textContent = "Putting the volume together";
    this.#timer = setTimeout(() => {
      this.#panel.hidden = false;
    }, DELAY_MS);
  }

  /** @param {VolumeProgress} progress */
  tell({ done, total }) {
    this.#bar.max = total;
    this.#bar.value = done;
    this.#text.textContent = `Putting the volume together: ${done} of ${total} images`;
  }

  end() {
    clearTimeout(this.#timer);
    hide(this.#panel);
  }
}
