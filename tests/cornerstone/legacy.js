/** The legacy Cornerstone, its web image loader, and jQuery, whose promises were its own once. */

import $ from "jquery";
import * as cornerstone from "cornerstone-core";
import * as webImageLoader from "cornerstone-web-image-loader";

/**
 * What its canvas shows of an image, a canvas pixel for each pixel of the image: as it comes, and after each change of
 * the viewport.
 * @returns {Promise<number[][]>} red, green and blue, pixel by pixel
 */
export async function pictures(imageId, changes = [], options = {}) {
  const image = await cornerstone.loadImage(imageId);
  const element = document.createElement("div");
  element.style.width = `${image.width}px`;
  element.style.height = `${image.height}px`;
  document.body.append(element);
  cornerstone.enable(element, options);
  try {
    const seen = [await picture(element, () => cornerstone.displayImage(element, image))];
    for (const change of changes) {
      seen.push(await picture(element, () => cornerstone.setViewport(element, change)));
    }
    return seen;
  } finally {
    cornerstone.disable(element);
    element.remove();
  }
}

async function picture(element, draw) {
  const rendered = new Promise((resolve) => {
    element.addEventListener(cornerstone.EVENTS.IMAGE_RENDERED, resolve, { once: true });
  });
  draw();
  await rendered;
  const canvas = element.querySelector("canvas");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return [...data.filter((_, place) => place % 4 !== 3)];
}

export { $, cornerstone, webImageLoader };
