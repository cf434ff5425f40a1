/**
 * Says that Python has stopped, and that it is there again.
 *
 * @module
 */

import { element, make } from "./elements.js";
import { closeButton, hide, showError } from "./notices.js";

/** @import { Loadstone } from "./loadstone.js" */
/** @import { EngineRestarted, EngineStopped } from "./types.d.ts" */
/** @import { Viewer } from "./viewer.js" */

/**
 * @param {Loadstone} loadstone
 * @param {Viewer} viewer
 */
export function tellOfRestarts(loadstone, viewer) {
  const box = element("engine", HTMLDivElement);
  /** @param {string[]} texts */
  const tell = (...texts) => {
    box.replaceChildren(
      make("div", { class: "words" }, ...texts.map((text) => make("p", {}, text))),
      closeButton("Dismiss the message about Python", () => hide(box)),
    );
    box.hidden = false;
  };
  loadstone.events.addEventListener("LOADSTONE_ENGINE_STOPPED", (event) => {
    const { error, final } = /** @type {CustomEvent<EngineStopped>} */ (event).detail;
    if (final) {
      hide(box);
      showError(error, () => location.reload());
    } else {
      tell(`Python stopped (${error.message}) and is starting again…`);
    }
  });
  loadstone.events.addEventListener("LOADSTONE_ENGINE_RESTARTED", (event) => {
    const { failed } = /** @type {CustomEvent<EngineRestarted>} */ (event).detail;
    tell(
      "Python was started again; images are loaded anew when they are needed.",
      ...failed.map(({ method, error }) => `${method} could not be repeated: ${error.message}`),
    );
  });
  viewer.addEventListener("shown", () => hide(box));
}
