/**
 * What can not cross between page and worker as it is, in a form that can.
 *
 * @module
 */

/** How deep the objects within an object are looked into, where it can not cross as a whole. */
const DEPTH = 3;

/**
 * `value`, or what of it structured clone keeps; of a request its status, of an event its type.
 * @param {any} value
 * @returns {unknown}
 */
export function cloneable(value, depth = DEPTH) {
  try {
    return structuredClone(value);
  } catch {
    return depth && value instanceof Object ? partsOf(value, depth) : String(value);
  }
}

/**
 * What a promise was rejected with, and what clone does not keep of an Error.
 * @param {any} reason
 */
export function rejection(reason) {
  const isError = reason instanceof Error;
  return { reason: cloneable(reason), name: isError ? reason.name : "", stack: isError ? reason.stack ?? "" : "" };
}

/**
 * The typed arrays in a message that were made for it alone: they move instead of being copied.
 * @param {unknown} value
 * @returns {ArrayBuffer[]}
 */
export function buffers(value) {
  const found = value && typeof value === "object" ? [value, ...Object.values(value)] : [];
  return found.filter((part) => ArrayBuffer.isView(part)).map((part) => /** @type {ArrayBuffer} */ (part.buffer));
}

/**
 * @param {any} value an object that can not be cloned
 * @param {number} depth
 */
function partsOf(value, depth) {
  if (value instanceof Error) {
    return new Error(value.message);
  }
  // these have their values on their prototypes
  if (globalThis.XMLHttpRequest && value instanceof XMLHttpRequest) {
    const { status, statusText, responseURL } = value;
    return { status, statusText, responseURL };
  }
  if (value instanceof Response) {
    const { status, statusText, url } = value;
    return { status, statusText, url };
  }
  if (value instanceof Event) {
    return { type: value.type };
  }
  const parts = Object.entries(value).filter(([, part]) => typeof part !== "function");
  return Array.isArray(value)
    ? value.map((part) => cloneable(part, depth - 1))
    : Object.fromEntries(parts.map(([name, part]) => [name, cloneable(part, depth - 1)]));
}
