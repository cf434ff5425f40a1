/**
 * Typed access to the elements of index.html, and text that people read.
 *
 * @module
 */

/**
 * The element with this id; index.html has it.
 * @template {HTMLElement} E
 * @param {string} id
 * @param {new () => E} type
 * @returns {E}
 */
export function element(id, type) {
  const found = document.getElementById(id);
  if (!(found instanceof type)) {
    throw new Error(`index.html has no ${type.name} with the id ${id}`);
  }
  return found;
}

/**
 * A new element with text or children.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, string>} [attributes]
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function make(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

/**
 * Put the children of an element into this order; the focus stays where it is.
 * @param {HTMLElement} parent
 * @param {HTMLElement[]} children all that it has
 */
export function putInOrder(parent, children) {
  if (children.some((child, index) => child !== parent.children[index])) {
    const focused = document.activeElement;
    parent.append(...children);
    if (focused instanceof HTMLElement && parent.contains(focused)) {
      focused.focus();
    }
  }
}

/**
 * A number as short as it can be told: no trailing zeros, four significant digits behind a point.
 * @param {number} value
 */
export function short(value) {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(Math.abs(value) < 1000 ? 4 : 6)));
}

/** @param {number} bytes */
export function inBytes(bytes) {
  return bytes < 1e6 ? `${short(Math.round(bytes / 100) / 10)} kB` : `${short(Math.round(bytes / 1e5) / 10)} MB`;
}
