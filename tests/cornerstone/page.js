/** Cornerstone with its DICOM image loader, as `cornerstone` of the page. */

import { cache, getWebWorkerManager, imageLoader, init as initCore } from "@cornerstonejs/core";
import { init as initImageLoader, wadouri } from "@cornerstonejs/dicom-image-loader";
import { utilities } from "@cornerstonejs/metadata";

const wasmBasePath = new URL("./", import.meta.url).href;

window.cornerstone = {
  wasmBasePath,

  /** @param {number} [maxWebWorkers] by default Cornerstone's own choice, half the cores */
  start(maxWebWorkers) {
    initCore({ rendering: { useCPURendering: true, webGlContextCount: 1 } });
    initImageLoader({ maxWebWorkers, wasmBasePath });
  },

  load: (imageId) => imageLoader.loadAndCacheImage(imageId),

  /** What its image loader does with a frame: one task for a worker, its samples scaled and measured there. */
  decode: (imageFrame, transferSyntax, pixelData) =>
    getWebWorkerManager().executeTask("dicomImageLoader", "decodeTask", {
      imageFrame, transferSyntax, pixelData, options: { preScale: { enabled: false } }, decodeConfig: { wasmBasePath },
    }),

  forget() {
    cache.purgeCache();
    wadouri.dataSetCacheManager.purge();
    utilities.clearCacheData();
  },
};
