/**
 * The forms in which a rendered picture is handed out.
 *
 * @module
 */

/** @import { RenderedBitmap, RenderedPicture } from "./types.d.ts" */

/** @param {unknown} form */
export function checkForm(form) {
  if (form !== "RGBA" && form !== "ImageBitmap") {
    throw new TypeError(`render: as=${JSON.stringify(form)}; give "RGBA" or "ImageBitmap"`);
  }
  if (form === "ImageBitmap" && !globalThis.createImageBitmap) {
    throw new Error("render: there is no ImageBitmap in Node; leave out as, for RGBA");
  }
}

/**
 * @param {RenderedPicture} picture
 * @returns {Promise<RenderedBitmap>}
 */
export async function asBitmap({ data, ...picture }) {
  return { ...picture, bitmap: await createImageBitmap(new ImageData(data, picture.width, picture.height)) };
}
