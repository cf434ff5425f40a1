/**
 * A scheme that gets another loader shows what that one makes of it: the stack on display is loaded anew, in its place.
 *
 * @module
 */

/** @import { Loadstone } from "./loadstone.js" */
/** @import { LoaderRegistered } from "./types.d.ts" */
/** @import { Viewer } from "./viewer.js" */

/**
 * @param {Loadstone} loadstone
 * @param {Viewer} viewer
 */
export function reloadWithItsLoader(loadstone, viewer) {
  // an engine that starts again registers everything anew: nothing is new about that, and a loader that never ends,
  // which made the user stop Python, must not be asked again
  let starting = false;
  loadstone.events.addEventListener("LOADSTONE_ENGINE_STOPPED", () => {
    starting = true;
  });
  loadstone.events.addEventListener("LOADSTONE_ENGINE_RESTARTED", () => {
    starting = false;
  });
  loadstone.events.addEventListener("LOADSTONE_LOADER_REGISTERED", (event) => {
    const { scheme, imageIds } = /** @type {CustomEvent<LoaderRegistered>} */ (event).detail;
    const gone = new Set(imageIds);
    if (!starting && viewer.stack?.imageIds.some((id) => gone.has(id) || id.startsWith(`${scheme}:`))) {
      viewer.reload();
    }
  });
}
