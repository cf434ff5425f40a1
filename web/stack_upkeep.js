/**
 * Keeps engine and stack in step: the engine learns what is on display and what comes next, the stack learns of more
 * frames in the files it is made of.
 *
 * @module
 */

/** @import { Loadstone } from "./loadstone.js" */
/** @import { Shown, Viewer } from "./viewer.js" */

/**
 * @param {Loadstone} loadstone
 * @param {Viewer} viewer
 */
export function keepUpWithStack(loadstone, viewer) {
  const follow = () => {
    const { shown } = viewer;
    if (shown) {
      loadstone.display([shown.imageId]);
      tellNeighbours(loadstone, shown);
      lookForFrames(loadstone, viewer, shown);
    }
  };
  viewer.addEventListener("shown", follow);
  follow();
}

/**
 * @param {Loadstone} loadstone
 * @param {Shown} shown
 */
function tellNeighbours(loadstone, { stack, index }) {
  loadstone.prefetch(stack.imageIds, index);
}

/**
 * The shown image's file is loaded, so asking for its frames costs no request.
 * @param {Loadstone} loadstone
 * @param {Viewer} viewer
 * @param {Shown} shown
 */
async function lookForFrames(loadstone, viewer, { stack, imageId }) {
  const alone = stack.imageIds.length === 1;
  if (!stack.imageIds.includes(imageId) || (!alone && /[?&]frame=/.test(imageId))) {
    return;
  }
  // a file that can not tell its frames is shown as the one image that it is
  const frames = await loadstone.frames(imageId).catch(() => [imageId]);
  if (frames.length > 1) {
    viewer.insertFrames(stack, imageId, frames);
    if (viewer.shown?.stack === stack) {
      tellNeighbours(loadstone, viewer.shown);
    }
  }
}
