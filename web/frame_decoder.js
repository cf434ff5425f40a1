/**
 * A decoder: Python with numpy and imagecodecs only, which decodes one frame after the other.
 *
 * It is apart because imagecodecs and Pillow corrupt each other in one interpreter, because frames decode in parallel,
 * and because a codec that aborts its interpreter takes nothing else with it.
 *
 * @module
 */

import { loadPyodide } from "./pyodide/pyodide.mjs";
import { requireLoaded } from "./packages.js";

/** @import { Runtime } from "./engine.js" */
/** @import { DecodedFrame, FrameToDecode } from "./types.d.ts" */

export const DECODER_PACKAGES = ["numpy", "imagecodecs", "loadstone"];

/**
 * The decoder's end of the line to the pool.
 * @typedef {object} Port
 * @property {(message: { answer: DecodedFrame } | { died: string }, transfer: Transferable[]) => void} postMessage
 * @property {((event: { data: FrameToDecode }) => void) | null} onmessage
 */

/**
 * @param {Port} port
 * @param {string} folder of Pyodide, with a slash at its end; in Node a path
 * @param {Runtime} [runtime] what Pyodide can not get from there by itself
 * @param {string[]} [packages] those that are there
 */
export function serveDecoder(port, folder, runtime, packages = DECODER_PACKAGES) {
  const decoding = boot(folder, packages, runtime);
  port.onmessage = async ({ data }) => {
    try {
      const decode = await decoding;
      const answer = decode(data.codestream, data.parameters);
      port.postMessage({ answer }, answer.data ? [answer.data.buffer] : []);
    } catch (error) {
      // Python answers with its errors; what is thrown has ended the interpreter or its start
      port.postMessage({ died: String(/** @type {Error} */ (error).message ?? error) }, []);
    }
  };
}

/**
 * @param {string} folder
 * @param {string[]} packages
 * @param {Runtime} [runtime]
 * @returns {Promise<(codestream: Uint8Array, parameters: object) => DecodedFrame>}
 */
async function boot(folder, packages, runtime) {
  const pyodide = await loadPyodide({ indexURL: folder, packages, ...await runtime?.() });
  requireLoaded(packages, pyodide.loadedPackages, folder);
  return pyodide.pyimport("loadstone._browser.decoder").decode_frame;
}
