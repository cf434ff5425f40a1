/**
 * Files that belong to no study, as one more study of the list: the pictures of a folder make a stack in the order of
 * their names, anything else, such as a volume, stands alone.
 *
 * @module
 */

/** @import { ListedStack, ListedStudy } from "./list_row.js" */
/** @import { OtherImage } from "./types.d.ts" */

/**
 * @param {ListedStudy[]} studies
 * @param {OtherImage[]} others
 * @returns {ListedStudy[]}
 */
export function withOthers(studies, others) {
  if (!others.length) {
    return studies;
  }
  const byPath = new Intl.Collator(undefined, { numeric: true });
  const sorted = others.toSorted((one, other) => byPath.compare(one.path, other.path));
  const stacks = Map.groupBy(sorted, ({ imageId, path }) => (isPicture(imageId) ? `in ${folderOf(path)}` : path));
  const series = [...stacks].map(([key, images]) => ({
    seriesInstanceUID: key,
    modality: "",
    number: null,
    description: images.length === 1 ? images[0]?.path ?? "" : folderOf(images[0]?.path ?? "") || "Pictures",
    stacks: [stackOf(images)],
  }));
  const none = { studyInstanceUID: "", patientName: "Other files", patientId: "", date: "", description: "" };
  return [...studies, { ...none, series }];
}

/**
 * @param {OtherImage[]} images several pictures, or one volume
 * @returns {ListedStack}
 */
function stackOf(images) {
  const [{ imageId, frameCount, sliceCount }] = /** @type {[OtherImage]} */ (images);
  if (images.length > 1 || frameCount === 1) {
    return { imageIds: images.map((image) => image.imageId), title: "" };
  }
  const imageIds = Array.from({ length: frameCount }, (_, frame) => `${imageId}?frame=${frame}`);
  // in the middle of all times the first slice may lie, where nothing is to be seen
  return { imageIds, title: "", middle: imageIds[Math.floor(sliceCount / 2)] };
}

/** @param {string} imageId */
function isPicture(imageId) {
  return imageId.startsWith("web:");
}

/** @param {string} path */
function folderOf(path) {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}
