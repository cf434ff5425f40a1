/** A volume in a page, by Loadstone or by Cornerstone's volume viewport: loaded, its planes painted in 512 x 512. */

import * as core from "@cornerstonejs/core";
import { init as initImageLoader } from "@cornerstonejs/dicom-image-loader";

const { Enums, RenderingEngine, eventTarget, imageLoader, volumeLoader } = core;

const SIZE = 512;

/** As wide as the values are: what is nothing but white looks alike wherever it lies. */
const WINDOW = { windowCenter: 250, windowWidth: 2500 };

/** How many loads of images are under way at once: a browser opens six connections to a server. */
const AT_ONCE = 6;

const libraries = {
  async loadstone() {
    const { createLoadstone } = await import("/dist/loadstone.js");
    const loadstone = await createLoadstone();
    const canvas = document.querySelector("canvas");
    [canvas.width, canvas.height] = [SIZE, SIZE];
    const context = canvas.getContext("2d");
    let key;
    return {
      canvas,
      async load(imageIds) {
        const volume = await loadstone.volume(imageIds);
        key = volume.key;
        return { shape: volume.shape, affine: volume.affine };
      },
      async paint({ imageId }) {
        const view = { width: SIZE, height: SIZE, interpolation: "linear", ...WINDOW };
        const { data } = await loadstone.render(imageId.replace("KEY", key), view);
        context.putImageData(new ImageData(data, SIZE, SIZE), 0, 0);
      },
      python: (source) => loadstone.runPython(source, { replay: false }),
    };
  },

  async cornerstone() {
    core.init({ rendering: { webGlContextCount: 1 } });
    initImageLoader({ wasmBasePath: new URL("./", import.meta.url).href });
    const element = document.createElement("div");
    element.style.width = element.style.height = `${SIZE}px`;
    document.body.replaceChildren(element);
    const engine = new RenderingEngine("engine");
    engine.enableElement({ viewportId: "volume", type: Enums.ViewportType.ORTHOGRAPHIC, element });
    const viewport = engine.getViewport("volume");
    const volumeId = "cornerstoneStreamingImageVolume:bench";
    let shown = false;
    let thickness = 0;
    return {
      canvas: viewport.getCanvas(),
      async load(imageIds) {
        // the metadata that a volume is made by are known of loaded images only
        await someAtOnce(imageIds, (imageId) => imageLoader.loadAndCacheImage(imageId));
        const volume = await volumeLoader.createAndCacheVolume(volumeId, { imageIds });
        const loaded = event(eventTarget, Enums.Events.IMAGE_VOLUME_LOADING_COMPLETED);
        volume.load();
        await loaded;
        return { shape: [...volume.dimensions].reverse() };
      },
      async paint({ centre, row, column, height, slab }) {
        if (!shown) {
          await viewport.setVolumes([{ volumeId }]);
          const { windowCenter, windowWidth } = WINDOW;
          const [lower, upper] = [windowCenter - windowWidth / 2, windowCenter + windowWidth / 2];
          viewport.setProperties({ voiRange: { lower, upper } });
          shown = true;
        }
        if (slab !== thickness) {
          const { COMPOSITE, MAXIMUM_INTENSITY_BLEND } = Enums.BlendModes;
          viewport.setBlendMode(slab ? MAXIMUM_INTENSITY_BLEND : COMPOSITE);
          slab ? viewport.setSlabThickness(slab) : viewport.resetSlabThickness();
          thickness = slab;
        }
        const viewPlaneNormal = cross(column, row);
        viewport.setCamera({
          viewPlaneNormal,
          viewUp: column.map((part) => -part),
          focalPoint: centre,
          position: centre.map((part, axis) => part + 1000 * viewPlaneNormal[axis]),
          parallelScale: height / 2,
        });
        const rendered = event(viewport.element, Enums.Events.IMAGE_RENDERED);
        viewport.render();
        await rendered;
      },
    };
  },
};

let library;

export async function start(name) {
  library = await libraries[name]();
}

/** Milliseconds until the volume is ready, and what it says of itself. */
export async function load(imageIds) {
  const begun = performance.now();
  const volume = await library.load(imageIds);
  return { milliseconds: performance.now() - begun, ...volume };
}

/** Milliseconds for each of these planes, one after the other, each from asking for it until a frame shows it. */
export async function paint(planes) {
  const begun = performance.now();
  for (const plane of planes) {
    await library.paint(plane);
    await nextFrame();
  }
  // what a GPU still works on is waited for
  library.canvas.getContext("2d").getImageData(0, 0, 1, 1);
  return (performance.now() - begun) / planes.length;
}

/** Milliseconds that an empty frame takes. */
export async function frame() {
  const begun = performance.now();
  await nextFrame();
  return performance.now() - begun;
}

/** The red of what is painted, base64, row by row. */
export function picture() {
  const { data } = library.canvas.getContext("2d").getImageData(0, 0, SIZE, SIZE);
  return Uint8Array.from({ length: SIZE * SIZE }, (_, place) => data[4 * place]).toBase64();
}

/** What Loadstone's Python says. */
export const python = (source) => library.python(source);

/** Until the browser has made its next frame: its callback runs before, the task after it. */
function nextFrame() {
  return new Promise((resolve) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = resolve;
    port2.postMessage(null);
  }));
}

async function someAtOnce(items, work) {
  const pending = items.values();
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (const item of pending) {
      await work(item);
    }
  }));
}

function event(target, name) {
  return new Promise((resolve) => target.addEventListener(name, resolve, { once: true }));
}

function cross([a, b, c], [x, y, z]) {
  return [b * z - c * y, c * x - a * z, a * y - b * x];
}
