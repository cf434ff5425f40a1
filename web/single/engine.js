/**
 * The script of the engine worker in a page of one file.
 *
 * @module
 */

import { DecoderPool } from "../decoder_pool.js";
import { watchDownloads } from "../downloads.js";
import { Engine } from "../engine.js";
import { pyodideFolder } from "../packages.js";
import { readSlice } from "../slices_in_worker.js";
import { EmbeddedFetch } from "./fetching.js";
import { Members } from "./members.js";
import { pyodideRuntime } from "./pyodide.js";
import { startEmbeddedWorker } from "./workers.js";

/** @import { Port } from "../engine.js" */
/** @import { FirstMessage } from "./workers.js" */

/** @param {FirstMessage} message */
export function start({ pageUrl, scripts, ...handed }) {
  const members = Members.of(handed);
  const fetching = new EmbeddedFetch(members, pageUrl);
  fetching.install();
  new Engine(/** @type {Port} */ (/** @type {unknown} */ (globalThis)), {
    pyodide: pyodideFolder(pageUrl),
    runtime: () => pyodideRuntime(members),
    decoders: new DecoderPool(undefined, () => startEmbeddedWorker({ members, pageUrl, scripts }, "decoder")),
    watch: watchDownloads,
    readSlice,
    refusal: fetching.refusal,
  });
}
