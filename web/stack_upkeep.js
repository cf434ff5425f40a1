/**
 * Keeps engine and stack in step: the engine learns what is on display and what comes next, the stack learns of more
 * frames in the files it is made of.
 *
 * @module
 */

/** @import { Loadstone } from "./loadstone.js" */
/** @import { Shown, Stack, Viewer } from "./viewer.js" */

/** Images; the margin is what prefetching reaches at the most. */
const PART = 200;
const MARGIN = 20;

/**
 * @param {Loadstone} loadstone
 * @param {Viewer} viewer
 */
export function keepUpWithStack(loadstone, viewer) {
  /** @type {Stack | null} the stack that Python stopped at: one of its images may stop it again when it is prefetched */
  let suspect = null;
  const tellNeighbours = () => {
    const { shown } = viewer;
    if (shown && shown.stack !== suspect) {
      const { imageIds, index } = neighbourhood(shown);
      loadstone.prefetch(imageIds, index).catch(ignore);
    }
  };
  loadstone.events.addEventListener("LOADSTONE_ENGINE_STOPPED", () => {
    suspect = viewer.shown?.stack ?? null;
  });
  const follow = async () => {
    const { shown } = viewer;
    if (shown) {
      loadstone.display([shown.imageId]).catch(ignore);
      tellNeighbours();
      if (await foundFrames(loadstone, viewer, shown)) {
        tellNeighbours();
      }
    }
  };
  viewer.addEventListener("shown", follow);
  follow();
}

/**
 * The part of a stack that prefetching may reach: all ids of a long one would take longer to send than an image to show.
 * It moves on in large steps, so that from one call to the next the index tells the direction of scrolling.
 * @param {Shown} shown
 */
function neighbourhood({ stack: { imageIds }, index }) {
  const start = Math.max(0, Math.floor(index / PART) * PART - MARGIN);
  return { imageIds: imageIds.slice(start, start + PART + 2 * MARGIN), index: index - start };
}

/** What an engine did not take because it stopped, the next one is told with the next image. */
function ignore() {}

/**
 * The shown image's file is loaded, so asking for its frames costs no request.
 * @param {Loadstone} loadstone
 * @param {Viewer} viewer
 * @param {Shown} shown
 * @returns {Promise<boolean>} whether the stack on display has more images now
 */
async function foundFrames(loadstone, viewer, { stack, imageId }) {
  const alone = stack.imageIds.length === 1;
  if (!stack.imageIds.includes(imageId) || (!alone && /[?&]frame=/.test(imageId))) {
    return false;
  }
  // a file that can not tell its frames is shown as the one image that it is
  const frames = await loadstone.frames(imageId).catch(() => [imageId]);
  if (frames.length > 1) {
    viewer.insertFrames(stack, imageId, frames);
    return viewer.shown?.stack === stack;
  }
  return false;
}
