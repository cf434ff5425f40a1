/**
 * Loadstone's images in Cornerstone3D's viewports. To try it:
 *
 *     npm install @cornerstonejs/core esbuild events url
 *     npx esbuild cornerstone3d.js --bundle --format=esm --external:../loadstone.js --outfile=bundled/cornerstone3d.js
 *
 * and serve the folder `bundled` with cornerstone3d.html in it beside the files of dist/.
 */

import { Enums, RenderingEngine, imageLoader, init, metaData, volumeLoader } from "@cornerstonejs/core";
import { createLoadstone } from "../loadstone.js";

init({ rendering: { webGlContextCount: 1 } });
const loadstone = await createLoadstone();

// the two lines that it takes
imageLoader.registerImageLoader("py", loadstone.cornerstoneImageLoader);
metaData.addProvider(loadstone.metaDataProvider, 10_000);

const { STACK, ORTHOGRAPHIC } = Enums.ViewportType;
const engine = new RenderingEngine("engine");
engine.setViewports([
  { viewportId: "stack", type: STACK, element: document.querySelector("#stack") },
  ...["axial", "sagittal"].map((orientation) => ({
    viewportId: orientation,
    type: ORTHOGRAPHIC,
    element: document.querySelector(`#${orientation}`),
    defaultOptions: { orientation },
  })),
]);

// a loader of our own, in Python
await loadstone.runPython(`
import numpy as np

def waves(image_id, options):
    y, x = np.mgrid[-1:1:256j, -1:1:256j]
    return (1000 * np.cos(20 * (x**2 + y**2))).astype(np.int16)

session.register_image_loader("waves", waves)
`);

// a stack
const stack = engine.getViewport("stack");
await stack.setStack(["py:example:ct", "py:example:mr", "py:waves:1"]);
stack.render();
stack.element.addEventListener("wheel", (event) => {
  event.preventDefault();
  stack.scroll(Math.sign(event.deltaY));
});

// a volume, which wants to know its metadata first
const imageIds = (await loadstone.frames("example:nifti")).map((imageId) => `py:${imageId}`);
await loadstone.loadMetaData(imageIds);
const volume = await volumeLoader.createAndCacheVolume("head", { imageIds });
volume.load();
for (const orientation of ["axial", "sagittal"]) {
  await engine.getViewport(orientation).setVolumes([{ volumeId: "head" }]);
}
engine.render();
