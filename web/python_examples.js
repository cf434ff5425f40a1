/**
 * The programs that the Python panel starts from: each a file of its own, with the image ids that it makes.
 *
 * @module
 */

/**
 * @typedef {object} Example
 * @property {string} name of its file in python_examples/
 * @property {string} title
 * @property {string} imageIds
 */

/** @type {readonly [Example, ...Example[]]} */
export const EXAMPLES = [
  { name: "gradient.py", title: "A gradient", imageIds: "gradient:256" },
  { name: "fetched.py", title: "Fetch a file and decode it", imageIds: "pgm:python_examples/phantom.pgm" },
  { name: "derived.py", title: "Derive from another image", imageIds: "edges:example:ct" },
  { name: "spacing.py", title: "Spacing, unit and metadata", imageIds: "ball:1 ball:2 ball:3 ball:4 ball:5 ball:6 ball:7" },
  { name: "mistake.py", title: "A loader that fails", imageIds: "mistake:12" },
];

/**
 * @param {Example} example
 * @returns {Promise<string>} its text
 */
export async function textOf({ name }) {
  const url = new URL(`./python_examples/${name}`, document.baseURI);
  const response = await fetch(url);
  if (!response.ok) {
    throw new Error(`${url} could not be fetched (status ${response.status}); check that the site was copied whole`);
  }
  return response.text();
}
