/**
 * The first image of a visit: where one can not be shown, the next takes its turn.
 *
 * @module
 */

/** @import { Viewer } from "./viewer.js" */

/**
 * Open one stack after the other until an image is shown; one that fails, or is given up by the user, gives way.
 * @param {Viewer} viewer
 * @param {string[][]} stacks in the order in which they are tried
 * @param {() => void} nothing called where none is left
 */
export function openFirstOf(viewer, stacks, nothing) {
  const untried = [...stacks];
  const next = () => {
    if (viewer.shown) {
      return;
    }
    const stack = untried.shift();
    if (stack) {
      viewer.open(stack);
    } else {
      nothing();
    }
  };
  viewer.addEventListener("failed", next);
  viewer.addEventListener("cancelled", next);
  next();
}
