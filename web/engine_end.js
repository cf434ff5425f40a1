/**
 * How an engine tells its end.
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
