/**
 * The program in the panel, kept for a reload of the page: by this tab, until it is closed, and nowhere else.
 *
 * @module
 */

const KEY = "loadstone:python";

/**
 * @typedef {object} Draft
 * @property {string} name of its file
 * @property {string} text
 * @property {string} imageIds what is opened when it has run
 */

/** @param {Draft} draft */
export function keepDraft(draft) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(draft));
  } catch {
    // a browser that keeps nothing, or has no room: the text is gone with the page, as it would be without this
  }
}

/** @returns {Draft | null} */
export function keptDraft() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? "null");
  } catch {
    return null;
  }
}
