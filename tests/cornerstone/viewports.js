/** Cornerstone3D with its own DICOM image loader, and what tests need to look at its viewports. */

import * as core from "@cornerstonejs/core";
import { init as initImageLoader, wadouri } from "@cornerstonejs/dicom-image-loader";

const { Enums, RenderingEngine, cache, eventTarget, imageLoader, metaData, utilities, volumeLoader } = core;

const SIZE = 256;

/** Start Cornerstone, and let it know of Loadstone as `py:`. */
export async function start(loadstone) {
  const wasmBasePath = new URL("./", import.meta.url).href;
  core.init({ rendering: { webGlContextCount: 1 } });
  initImageLoader({ maxWebWorkers: 1, wasmBasePath });
  imageLoader.registerImageLoader("py", loadstone.cornerstoneImageLoader);
  metaData.addProvider(loadstone.metaDataProvider, 10_000);
}

/**
 * The pictures of a stack: the first as it comes, then one after each step.
 *
 * A step is `{ scroll: 1 }`, or properties for the viewport.
 * @returns {Promise<ImageData[]>}
 */
export async function stackPictures(imageIds, steps = []) {
  return withViewports([{ type: Enums.ViewportType.STACK }], async ([viewport]) => {
    await viewport.setStack(imageIds);
    const pictures = [await picture(viewport)];
    for (const { scroll, ...properties } of steps) {
      if (scroll) {
        const shown = event(viewport.element, Enums.Events.STACK_NEW_IMAGE);
        viewport.scroll(scroll, false);
        await shown;
      } else {
        viewport.setProperties(properties);
      }
      pictures.push(await picture(viewport));
    }
    return pictures;
  });
}

/**
 * The pictures of a volume, one for each orientation, through its middle.
 * @returns {Promise<{ pictures: ImageData[], volume: object }>}
 */
export async function volumePictures(volumeId, imageIds, properties) {
  const volume = await volumeLoader.createAndCacheVolume(volumeId, { imageIds: [...imageIds] });
  const loaded = event(eventTarget, Enums.Events.IMAGE_VOLUME_LOADING_COMPLETED);
  volume.load();
  await loaded;
  const inputs = ["axial", "sagittal", "coronal"].map((orientation) => ({
    type: Enums.ViewportType.ORTHOGRAPHIC, defaultOptions: { orientation },
  }));
  // of one engine: a volume's texture is that of the engine that first showed it
  const pictures = await withViewports(inputs, async (shown) => {
    const seen = [];
    for (const viewport of shown) {
      await viewport.setVolumes([{ volumeId }]);
      if (properties) {
        viewport.setProperties(properties);
      }
      seen.push(await picture(viewport));
    }
    return seen;
  });
  const { dimensions, spacing, origin, direction, dataType } = volume;
  return {
    pictures,
    volume: { dimensions, spacing: [...spacing], origin: [...origin], direction: [...direction], dataType },
  };
}

/** How many pixels differ between two pictures, by how much at most, and how many grey levels the first one has. */
export function compare(one, other) {
  let different = 0;
  let most = 0;
  const levels = new Set();
  for (let place = 0; place < one.data.length; place += 4) {
    const distance = Math.max(...[0, 1, 2, 3].map((part) => Math.abs(one.data[place + part] - other.data[place + part])));
    different += distance > 0;
    most = Math.max(most, distance);
    levels.add(one.data[place]);
  }
  return { different, most, levels: levels.size };
}

/** A picture as a PNG's data: URL. */
export function asPng(imageData) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [imageData.width, imageData.height];
  canvas.getContext("2d").putImageData(imageData, 0, 0);
  return canvas.toDataURL();
}

/** What a provider answers, with what JSON has no word for spelled out. */
export function modules(names, imageId) {
  const plain = (_, value) => (ArrayBuffer.isView(value) ? [...value] : value);
  return Object.fromEntries(names.map((name) => [name, JSON.parse(JSON.stringify(metaData.get(name, imageId) ?? null, plain))]));
}

async function withViewports(inputs, look) {
  const engine = new RenderingEngine(`engine ${performance.now()}`);
  const enabled = inputs.map((input, number) => {
    const element = document.createElement("div");
    element.style.width = element.style.height = `${SIZE}px`;
    document.body.append(element);
    return { ...input, element, viewportId: `viewport ${number}` };
  });
  engine.setViewports(enabled);
  try {
    return await look(enabled.map(({ viewportId }) => engine.getViewport(viewportId)));
  } finally {
    engine.destroy();
    enabled.forEach(({ element }) => element.remove());
  }
}

async function picture(viewport) {
  const rendered = event(viewport.element, Enums.Events.IMAGE_RENDERED);
  viewport.render();
  await rendered;
  const canvas = viewport.getCanvas();
  return canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
}

function event(target, name) {
  return new Promise((resolve) => {
    target.addEventListener(name, resolve, { once: true });
  });
}

/** Let the viewports to come draw without WebGL, or with it again. */
export const drawWithoutGl = core.setUseCPURendering;

export { cache, eventTarget, imageLoader, metaData, utilities, wadouri };
