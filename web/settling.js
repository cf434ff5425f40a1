/**
 * A promise with the two functions that settle it: `Promise.withResolvers`, which Node has from 22 on only.
 *
 * @module
 */

/**
 * @template Value
 * @returns {PromiseWithResolvers<Value>}
 */
export function withResolvers() {
  /** @type {Partial<PromiseWithResolvers<Value>>} */
  const settling = {};
  const promise = new Promise((resolve, reject) => Object.assign(settling, { resolve, reject }));
  return /** @type {PromiseWithResolvers<Value>} */ ({ ...settling, promise });
}
