/**
 * The script of a decoder worker in a page of one file.
 *
 * @module
 */

import { DECODER_PACKAGES, serveDecoder } from "../frame_decoder.js";
import { pyodideFolder } from "../packages.js";
import { EmbeddedFetch } from "./fetching.js";
import { Members } from "./members.js";
import { pyodideRuntime } from "./pyodide.js";

/** @import { Port } from "../frame_decoder.js" */
/** @import { FirstMessage } from "./workers.js" */

/** @param {FirstMessage} message */
export function start({ pageUrl, ...handed }) {
  const members = Members.of(handed);
  new EmbeddedFetch(members, pageUrl).install();
  const port = /** @type {Port} */ (/** @type {unknown} */ (globalThis));
  // a page whose images need no codec has none, which Python tells of those that do
  const packages = DECODER_PACKAGES.filter((name) => members.paths.some((path) => path.startsWith(`pyodide/${name}-`)));
  serveDecoder(port, pyodideFolder(pageUrl), () => pyodideRuntime(members), packages);
}
