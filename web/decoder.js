/**
 * A decoder worker: Python with numpy and imagecodecs only, which decodes one frame after the other.
 *
 * It is apart because imagecodecs and Pillow corrupt each other in one interpreter, because frames decode in parallel,
 * and because a codec that aborts its interpreter takes nothing else with it.
 *
 * @module
 */

import { loadPyodide } from "./pyodide/pyodide.mjs";
import { PYODIDE, requireLoaded } from "./packages.js";

/** @import { DecodedFrame, FrameToDecode } from "./types.d.ts" */

const PACKAGES = ["numpy", "imagecodecs", "loadstone"];

const decoding = boot();

onmessage = async (/** @type {MessageEvent<FrameToDecode>} */ { data }) => {
  try {
    const decode = await decoding;
    const answer = decode(data.codestream, data.parameters);
    postMessage({ answer }, { transfer: answer.data ? [answer.data.buffer] : [] });
  } catch (error) {
    // Python answers with its errors; what is thrown has ended the interpreter or its start
    postMessage({ died: String(/** @type {Error} */ (error).message ?? error) });
  }
};

/** @returns {Promise<(codestream: Uint8Array, parameters: object) => DecodedFrame>} */
async function boot() {
  const pyodide = await loadPyodide({ indexURL: PYODIDE, packages: PACKAGES });
  requireLoaded(PACKAGES, pyodide.loadedPackages);
  return pyodide.pyimport("loadstone._browser.decoder").decode_frame;
}
