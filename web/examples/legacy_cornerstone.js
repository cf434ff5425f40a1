/**
 * Loadstone's images in the legacy Cornerstone, cornerstone-core 2.6. To try it:
 *
 *     npm install cornerstone-core esbuild
 *     npx esbuild legacy_cornerstone.js --bundle --format=esm --external:../loadstone.js --outdir=bundled
 *
 * and serve the folder `bundled` with legacy_cornerstone.html in it beside the files of dist/.
 */

import * as cornerstone from "cornerstone-core";
import { createLoadstone } from "../loadstone.js";

const loadstone = await createLoadstone();

// the two lines that it takes
cornerstone.registerImageLoader("py", loadstone.cornerstoneImageLoader);
cornerstone.metaData.addProvider(loadstone.metaDataProvider, 10_000);

// a loader of our own, in Python
await loadstone.runPython(`
import numpy as np

def waves(image_id, options):
    y, x = np.mgrid[-1:1:256j, -1:1:256j]
    return np.cos(20 * (x**2 + y**2))

session.register_image_loader("waves", waves)
`);

for (const [name, imageId] of [["ct", "py:example:ct"], ["colour", "py:example:jpeg"], ["waves", "py:waves:1"]]) {
  const element = document.querySelector(`#${name}`);
  cornerstone.enable(element);
  cornerstone.displayImage(element, await cornerstone.loadAndCacheImage(imageId));
}

document.querySelector("#ct").addEventListener("pointermove", ({ buttons, currentTarget, movementX, movementY }) => {
  if (buttons === 1) {
    const { voi } = cornerstone.getViewport(currentTarget);
    voi.windowWidth = Math.max(1, voi.windowWidth + 4 * movementX);
    voi.windowCenter += 4 * movementY;
    cornerstone.setViewport(currentTarget, { voi });
  }
});
