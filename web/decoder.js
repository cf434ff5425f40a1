/**
 * The script of a decoder worker.
 *
 * @module
 */

import { serveDecoder } from "./frame_decoder.js";
import { pyodideFolder } from "./packages.js";

/** @import { Port } from "./frame_decoder.js" */

serveDecoder(/** @type {Port} */ (/** @type {unknown} */ (globalThis)), pyodideFolder());
