/**
 * The script of the engine worker.
 *
 * @module
 */

import { DecoderPool } from "./decoder_pool.js";
import { watchDownloads } from "./downloads.js";
import { Engine } from "./engine.js";
import { pyodideFolder } from "./packages.js";
import { readSlice } from "./slices_in_worker.js";

/** @import { Port } from "./engine.js" */

new Engine(/** @type {Port} */ (/** @type {unknown} */ (globalThis)), {
  pyodide: pyodideFolder(),
  decoders: new DecoderPool(),
  watch: watchDownloads,
  readSlice,
  lock: holdLock(`loadstone engine ${Math.random()}`),
});

/**
 * A lock that is held as long as this worker lives: whoever waits for it hears of an end that nobody tells.
 * @param {string} name
 * @returns {Promise<string | null>} null where there are no locks: at addresses that are not secure, and for files that
 *   the page could not share
 */
function holdLock(name) {
  return new Promise((resolve) => {
    if (!globalThis.navigator.locks) {
      resolve(null);
    }
    globalThis.navigator.locks?.request(name, () => {
      resolve(name);
      return new Promise(() => {});
    }).catch(() => resolve(null));
  });
}
