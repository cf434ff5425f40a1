/**
 * The engine in the page's own thread.
 *
 * @module
 */

import { DecoderPool } from "./decoder_pool.js";
import { Engine } from "./engine.js";
import { pyodideFolder } from "./packages.js";
import { checkRuntime } from "./runtime_check.js";
import { readSlice } from "./slices_in_page.js";

/** @import { Port } from "./engine.js" */

/** @param {Port} port */
export function startEngine(port) {
  return new Engine(port, { pyodide: pyodideFolder(), decoders: new DecoderPool(), watch: checkRuntime, readSlice });
}
