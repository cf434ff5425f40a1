/**
 * Cornerstone's own image loaders serve Python: it renders what they load, and makes other images of it. To try it:
 *
 *     npm install @cornerstonejs/core @cornerstonejs/dicom-image-loader cornerstone-core cornerstone-web-image-loader \
 *       esbuild events url
 *     npx esbuild javascript_loaders.js node_modules/@cornerstonejs/dicom-image-loader/dist/esm/decodeImageFrameWorker.js \
 *       --bundle --format=esm --external:../loadstone.js --external:fs --external:path --entry-names=[name] --outdir=bundled
 *
 * and serve the folder `bundled` with javascript_loaders.html, a DICOM file ct.dcm and a picture.png in it beside the
 * files of dist/.
 */

import { metaData } from "@cornerstonejs/core";
import { init, wadouri } from "@cornerstonejs/dicom-image-loader";
import * as cornerstone from "cornerstone-core";
import { external, loadImage as loadWebImage } from "cornerstone-web-image-loader";
import { createLoadstone } from "../loadstone.js";

init({ maxWebWorkers: 1 });
external.cornerstone = cornerstone;
const loadstone = await createLoadstone();

// "dicomweb" is another name that Cornerstone's loader has for "wadouri", which stays Loadstone's own
await loadstone.registerImageLoader("dicomweb", wadouri.loadImageFromNaturalizedMetadata);
loadstone.metaData.addProvider(metaData.get);
await loadstone.registerImageLoader("http", loadWebImage);
await loadstone.registerImageLoader("https", loadWebImage);

await loadstone.runPython(`
import numpy as np

async def edges(image_id, options):
    source = await session.load_image(image_id.removeprefix("edges:"))
    return np.hypot(*np.gradient(source.pixels.astype(float)))

session.register_image_loader("edges", edges)
`);

const address = (name) => new URL(name, location.href).href;
await paint("#dicom", `dicomweb:${address("ct.dcm")}`);
await paint("#web", address("picture.png"));
await paint("#edges", `edges:dicomweb:${address("ct.dcm")}`);

async function paint(selector, imageId) {
  const canvas = document.querySelector(selector);
  const { data, width, height } = await loadstone.render(imageId, { width: canvas.width, height: canvas.height });
  canvas.getContext("2d").putImageData(new ImageData(data, width, height), 0, 0);
}
