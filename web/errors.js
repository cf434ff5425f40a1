/**
 * The errors that calls reject with.
 *
 * @module
 */

/** @import { PlainError } from "./types.d.ts" */

/**
 * An error of Python as JavaScript's own.
 * @param {PlainError} plain
 */
export function toError({ name, message, imageId, traceback, program = null, line = null, ...rest }) {
  // the JavaScript value at the root of it, where there is one: that may be undefined, too
  const error = new Error(message, rest);
  return Object.assign(error, { name, imageId, traceback, program, line });
}

/**
 * The caller has given the call up.
 * @param {{ imageId?: string }} params
 */
export function cancelled({ imageId = "" }) {
  return toError({
    name: "LoadCancelledError",
    message: `${imageId}: the load was cancelled; ask again to load it`,
    imageId,
    traceback: "",
  });
}

/**
 * The engine ended during the call.
 * @param {{ method: string, params: { imageId?: string } }} call
 * @param {Error} reason
 */
export function interrupted({ method, params }, { message }) {
  return toError({
    name: "EngineRestartedError",
    message: `${params.imageId ? `${params.imageId}: ` : ""}Python stopped during ${method} (${message}) and starts again; `
      + "ask again, or leave this out if it stops Python once more",
    imageId: params.imageId ?? null,
    traceback: "",
  });
}
