/** Loads a series in a page, by Loadstone or by Cornerstone, and says how long it took. */

/** How many loads are under way at once: a browser opens six connections to a server. */
const AT_ONCE = 6;

/** As many decoder workers as Loadstone starts, see web/engine.js. */
export const DECODERS = Math.min(4, Math.max(2, navigator.hardwareConcurrency - 1));

const imports = {
  async loadstone() {
    const { createLoadstone } = await import("/dist/loadstone.js");
    const loadstone = await createLoadstone();
    return {
      load: (imageId) => loadstone.loadAndCacheImage(imageId).promise,
      keep: (imageId) => loadstone.describe(imageId),
      forget: () => loadstone.cache.purgeCache(),
    };
  },
  async cornerstone(workers) {
    await import("/build/cornerstone/page.js");
    cornerstone.start(workers);
    return { load: cornerstone.load, forget: cornerstone.forget };
  },
  async fetch() {
    return { load: async (imageId) => (await fetch(imageId.replace("wadouri:", ""))).arrayBuffer(), forget() {} };
  },
};

let library;

export async function start(name, workers) {
  library = await imports[name](workers);
}

/** Milliseconds to load all images, `atOnce` at a time, with nothing in any cache. */
export async function measure(imageIds, { way = "load", atOnce = AT_ONCE } = {}) {
  let next = 0;
  const begun = performance.now();
  await Promise.all(Array.from({ length: atOnce }, async () => {
    while (next < imageIds.length) {
      await library[way](imageIds[next++]);
    }
  }));
  const taken = performance.now() - begun;
  await library.forget();
  return taken;
}

/** The image's values, as the text of each one's distance from `zero`: for comparing. */
export async function valuesHash(imageId, zero) {
  const image = await library.load(imageId);
  const values = Int32Array.from(image.getPixelData(), (value) => value - zero);
  await library.forget();
  return new Uint8Array(await crypto.subtle.digest("SHA-256", values)).toHex();
}
