/**
 * How an engine tells its end, or that it did not begin.
 *
 * @module
 */

import { toError } from "./errors.js";

/** @import { FromEngine } from "./types.d.ts" */

/**
 * @param {FromEngine} message
 * @returns {{ error: Error, started: number[] | null } | null} the calls that Python had begun with, null where nobody
 *   knows; null for messages of an engine that goes on
 */
export function endOf(message) {
  switch (message.kind) {
    case "failed":
      return { error: toError(message.error), started: null };
    case "stopped":
      return { error: new Error(message.reason), started: message.started };
    default:
      return null;
  }
}

/**
 * The engine's script, or one that it imports, can not be had.
 * @param {URL} url
 * @param {unknown} [cause] where the browser tells one
 */
export function notLoaded(url, cause) {
  const reason = cause instanceof Error ? ` (${cause.message})` : "";
  // Node has no origin
  const isForeign = globalThis.origin && globalThis.origin !== url.origin;
  return new Error(`${url}, or engine.js or pyodide/pyodide.mjs beside it, could not be loaded${reason}; check that all of `
    + "Loadstone's files are served there, or give createLoadstone the baseUrl of the folder where they are"
    + (isForeign ? `; since this page is of ${globalThis.origin}, they need the header Access-Control-Allow-Origin` : ""),
  { cause });
}
