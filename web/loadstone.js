/**
 * Loadstone's JavaScript API: image ids go in, images and pictures come out; Python does the work in a worker.
 *
 *     const loadstone = await createLoadstone();
 *     const { promise, cancelFn } = loadstone.loadImage("wadouri:https://host/ct.dcm");
 *     const image = await promise;
 *     image.getPixelData();
 *
 * @module
 */

import { ImageCache } from "./cache.js";
import { EngineConnection } from "./connection.js";
import { CornerstoneAdapter } from "./cornerstone.js";
import { DicomWebServers } from "./dicomweb.js";
import { engineStarter } from "./engines.js";
import { EngineEvents } from "./events.js";
import { ImageLoaders } from "./image_loaders.js";
import { MetaData } from "./meta_data.js";
import { OpenedFiles } from "./opened_files.js";
import { asBitmap, checkForm } from "./picture_forms.js";
import { PythonPrograms, broughtOf } from "./python.js";
import { Volumes } from "./volumes.js";

/** @import { DicomWebServer } from "./dicomweb.js" */
/** @import { StartEngine } from "./engines.js" */
/** @import * as T from "./types.d.ts" */

/**
 * Start Python, in a worker if nothing else is said, and resolve once it answers.
 *
 * Rejects with an Error that names what could not be loaded, and what to do about it.
 *
 * @param {object} [options]
 * @param {(progress: T.BootProgress) => void} [options.onProgress] told of each step of the start
 * @param {string | URL} [options.baseUrl] the folder with the other files of dist/, pyodide/ among them, with a slash
 *   at its end; by default this file's own, but a bundle has to name it. Also of another origin that allows it (CORS)
 * @param {boolean} [options.worker] false for Python in the thread of the page, as in Node: the page stands still while
 *   Python works, and an endless loop can be stopped by nobody
 * @param {{ startEngine: StartEngine }} [options.embedded] of Loadstone's own page of one file, in the place of `baseUrl`
 * @returns {Promise<Loadstone>}
 */
export async function createLoadstone({ onProgress = () => {}, baseUrl, worker = true, embedded } = {}) {
  const events = new EngineEvents();
  const startEngine = embedded?.startEngine ?? engineStarter(baseUrl ?? import.meta.url, worker);
  const connection = new EngineConnection(startEngine, onProgress, events);
  await connection.ready;
  return new Loadstone(connection, events);
}

/**
 * The handle that {@link createLoadstone} resolves to.
 *
 * Every failed call rejects with an Error that has Python's error name, message, `imageId` and `traceback`, and as its
 * `cause` the JavaScript value at the root of it, where there is one.
 */
export class Loadstone {
  #connection;
  #cornerstone;
  #files;
  #loaders;
  #programs;
  #servers;
  #volumes;

  /**
   * @param {EngineConnection} connection
   * @param {EngineEvents} events
   */
  constructor(connection, events) {
    this.#connection = connection;
    /**
     * Fires CustomEvents with Cornerstone's names and details, `CORNERSTONE_IMAGE_LOADED` and so on; images come
     * without their pixels. What nobody has ever listened to costs nothing.
     *
     * Where Python itself dies, `LOADSTONE_ENGINE_STOPPED` (detail: {@link T.EngineStopped}) tells so, and
     * `LOADSTONE_ENGINE_RESTARTED` (detail: {@link T.EngineRestarted}) that it is there again, with the headers, the
     * cache size and the programs that it had, and an empty cache.
     */
    this.events = events;
    /** @param {string} method @param {object} params @param {AbortSignal} [signal] */
    const call = (method, params, signal) => this.#call(method, params, signal);
    events.onDemand((names) => {
      // one that is destroyed tells nothing any more
      call("listen", { events: names }).catch(() => {});
    });
    /** The images that Python keeps. */
    this.cache = new ImageCache(call);
    this.#files = new OpenedFiles(call, events);
    this.#programs = new PythonPrograms(call);
    this.#servers = new DicomWebServers(call);
    this.#volumes = new Volumes(call, events);
    this.#cornerstone = new CornerstoneAdapter((...request) => connection.call(...request));
    connection.onQuestion("token", ({ origin }) => this.#servers.token(origin));
    connection.onQuestion("files", (question) => this.#files.batch(question));
    /** Metadata by Cornerstone's module names, from Python and from providers of the page. */
    this.metaData = new MetaData(call);
    this.#loaders = new ImageLoaders(call, (name, answer) => connection.onQuestion(name, answer), events, this.metaData);
  }

  /**
   * Load an image; a cached one is handed out, but none is put into the cache.
   * @param {string} imageId
   * @param {T.LoadOptions} [options]
   * @returns {T.Load<T.LoadedImage>}
   */
  loadImage(imageId, options = {}) {
    return this.#load("loadImage", imageId, options);
  }

  /**
   * Load an image and keep it in the cache.
   * @param {string} imageId
   * @param {T.LoadOptions} [options]
   * @returns {T.Load<T.LoadedImage>}
   */
  loadAndCacheImage(imageId, options = {}) {
    return this.#load("loadAndCacheImage", imageId, options);
  }

  /**
   * All that is known of an image but its pixels, which stay in Python; loads and caches it if need be.
   * @param {string} imageId
   * @returns {Promise<T.ImageDescription>}
   */
  describe(imageId) {
    return this.#call("describe", { imageId });
  }

  /**
   * Cancel every load of an image, whoever asked for it.
   * @param {string} imageId
   * @returns {Promise<boolean>} whether there was one
   */
  cancelLoadImage(imageId) {
    return this.#call("cancelLoadImage", { imageId });
  }

  /**
   * Paint a view of an image into a picture of exactly `view.width` x `view.height`; loads it where need be.
   *
   * With `as: "ImageBitmap"` it has a `bitmap`, to be drawn or handed on, in the place of its RGBA `data`.
   *
   * @overload
   * @param {string} imageId
   * @param {T.View} view
   * @param {T.LoadOptions & { as?: "RGBA" }} [options]
   * @returns {Promise<T.RenderedPicture>}
   *
   * @overload
   * @param {string} imageId
   * @param {T.View} view
   * @param {T.LoadOptions & { as: "ImageBitmap" }} options
   * @returns {Promise<T.RenderedBitmap>}
   *
   * @param {string} imageId
   * @param {T.View} view
   * @param {T.LoadOptions & { as?: "RGBA" | "ImageBitmap" }} [options]
   * @returns {Promise<T.RenderedPicture | T.RenderedBitmap>}
   */
  async render(imageId, view, { signal, as = "RGBA", ...options } = {}) {
    checkForm(as);
    const picture = await this.#call("render", { imageId, view, ...options }, signal);
    return as === "RGBA" ? picture : asBitmap(picture);
  }

  /**
   * A small picture with the image's own window, fitted into `size` x `size`.
   * @param {string} imageId
   * @param {number} size
   * @param {{ signal?: AbortSignal }} [options]
   * @returns {Promise<T.Picture>}
   */
  thumbnail(imageId, size, { signal } = {}) {
    return this.#call("thumbnail", { imageId, size }, signal);
  }

  /**
   * The image values under the canvas pixel (x, y) of a view.
   * @param {string} imageId
   * @param {T.View} view
   * @param {number} x
   * @param {number} y
   * @returns {Promise<T.Probe>}
   */
  probe(imageId, view, x, y) {
    return this.#call("probe", { imageId, view, x, y });
  }

  /**
   * The ids of all frames of the file behind an image id; one id where it has one frame.
   * @param {string} imageId
   * @param {{ signal?: AbortSignal }} [options]
   * @returns {Promise<string[]>}
   */
  frames(imageId, { signal } = {}) {
    return this.#call("frames", { imageId }, signal);
  }

  /**
   * What the files of these images say of persons: names, numbers, addresses, in DICOM, NIfTI and pictures. To be asked
   * before images are given to others. Each file comes once, and only where something was found; values are shortened.
   *
   * Files are fetched again where they lie; pixels are not looked into. Of images without a file, those of `wadors:` and
   * of loaders of your own, nothing is known.
   * @param {string[]} imageIds
   * @param {{ signal?: AbortSignal }} [options]
   * @returns {Promise<T.ImageIdentifiers[]>}
   */
  identifiers(imageIds, { signal } = {}) {
    return this.#call("identifiers", { imageIds }, signal);
  }

  /**
   * Put images together to a volume, out of which planes are cut as images: `mpr:coronal/120?volume=KEY`.
   *
   * The slices of a stack in any order, or one id that stands for all frames of its file. They go straight into one array
   * in Python, several at a time; volumes are kept there, up to 1 GiB of them. Rejects with a VolumeError that says why
   * they make no volume: of one image, of different sizes, in colour. Gaps, images at one place and values whose rescale
   * differs are dealt with, and told in `warnings`.
   * @param {Iterable<string>} imageIds
   * @param {T.LoadOptions & { onProgress?: (progress: T.VolumeProgress) => void }} [options]
   * @returns {Promise<T.Volume>}
   */
  volume(imageIds, options) {
    return this.#volumes.load(imageIds, options);
  }

  /**
   * The letters at the edges of an image, R(ight), L(eft), A(nterior), P(osterior), H(ead), F(oot), two or three of them
   * where it lies between; null where it does not say how it lies. Loads and caches it if need be.
   * @param {string} imageId
   * @returns {Promise<T.EdgeLetters | null>}
   */
  edgeLetters(imageId) {
    return this.#call("edgeLetters", { imageId });
  }

  /**
   * Look into files from the user's machine, DICOM, ZIP archives of it, pictures, and sort what they hold.
   *
   * They are read where they lie, headers only; nothing of them leaves the page. The first are read while more come,
   * from an async iterable or out of a folder, whose files come in the order of their paths. Aborting ends the reading;
   * what `onProgress` told of until then can be shown all the same. Rejects only where it is aborted, `files` throws or
   * Python fails: what can not be read is listed in `skipped`. Files whose images were told of stay open until
   * {@link closeFiles}.
   *
   * @param {Iterable<T.FileToOpen> | AsyncIterable<T.FileToOpen>} files
   * @param {{ signal?: AbortSignal, onProgress?: (progress: T.FilesProgress) => void }} [options]
   * @returns {Promise<T.OpenedFiles>}
   */
  openFiles(files, options) {
    return this.#files.open(files, options);
  }

  /**
   * Be done with the opened files that hold these images, with all frames of each.
   *
   * Their images leave the cache, also those on display, loads under way are cancelled, and the files are let go, a
   * ZIP archive with the last of its images: neither the page nor Python refers to them any more. A later load rejects
   * with a LocalFileError that says so. Rejects, and closes nothing, where an image is of no opened file.
   * @param {Iterable<string>} imageIds
   * @returns {Promise<null>}
   */
  closeFiles(imageIds) {
    return this.#files.close(imageIds);
  }

  /**
   * Run Python in the engine, where `session` is the one that the page uses.
   *
   * A last expression that can be awaited gives what it comes to. JavaScript that the program calls is best given
   * `to_promise(awaitable)`, a Promise of what a coroutine, a Task or a Future comes to.
   *
   * Where the engine has to be started again, what has succeeded runs again, in the same order, each source once.
   * Its errors, also those of loaders that fail later, have its `program` (`name`) and the `line` in it, from 1.
   * @param {string} source
   * @param {{ replay?: boolean, name?: string }} [options] replay: false for what is not to run again, such as a
   *   question; name: what tracebacks call it
   * @returns {Promise<any>} the value of the last expression, null where it is no plain data
   */
  runPython(source, options) {
    return this.#programs.run(source, options);
  }

  /**
   * Run a Python file at an address, as a module of its own with the page's `session`, and its `register(session)` if
   * it defines one. Where the engine has to be started again, what was read runs again. Errors as {@link runPython}.
   * @param {string | URL} url relative ones begin at the page
   * @returns {Promise<string[]>} the schemes that it registered a loader for
   */
  loadPythonLoader(url) {
    return this.#programs.loadLoader(url);
  }

  /**
   * Install Python packages with what they need: those that come with the page first, then wheels that are given, then
   * from the index. Only wheels in pure Python and those built for Pyodide run here. Where the engine has to be started
   * again, they are installed again; a package that was given as a file is kept for that.
   * @param {(string | URL | Blob)[]} packages names as pip takes them, `"seaborn>=0.13"`; wheels by their addresses
   *   (relative ones begin at the page), or as dropped files
   * @param {{ indexUrls?: string[] }} [options] other indexes than the Python Package Index; they are asked before it is
   *   looked among the packages that come with the page
   * @returns {Promise<T.InstalledPackage[]>}
   */
  installPackages(packages, options) {
    return this.#programs.install(packages, options);
  }

  /**
   * The files that images lie in, for those who hand images on; `reason` says why one can not be.
   * @param {string[]} imageIds
   * @returns {Promise<T.WhereImageIs[]>}
   */
  imageFiles(imageIds) {
    return this.#call("imageFiles", { imageIds });
  }

  /**
   * The bytes of a file of an image, and the packages and codecs that it takes to show it.
   * @param {string} url as {@link imageFiles} tells it
   * @param {string} name
   * @param {{ signal?: AbortSignal }} [options]
   * @returns {Promise<{ data: Uint8Array<ArrayBuffer>, packages: string[], codecs: string[] }>}
   */
  readFile(url, name, { signal } = {}) {
    return this.#call("readFile", { url, name }, signal);
  }

  /**
   * The page's own wheel of imagecodecs with these codecs alone.
   * @param {string} url
   * @param {string[]} names
   * @returns {Promise<{ data: Uint8Array<ArrayBuffer>, sha256: string }>}
   */
  imagecodecsFor(url, names) {
    return this.#call("imagecodecsFor", { url, names });
  }

  /**
   * @param {string} source
   * @returns {Promise<string[]>} the modules that a program imports
   */
  findImports(source) {
    return this.#call("findImports", { source });
  }

  /**
   * What Python was given and would be given again after a {@link restart}: programs, the last of each name, and
   * packages, where `unnamed` are those that came from an index.
   * @returns {{ programs: T.SavedProgram[], packages: (string | File)[], unnamed: string[] }}
   */
  brought() {
    return broughtOf(this.#connection.told);
  }

  /**
   * Stop Python, whatever it is at, and start it again. What runs or waits in it rejects; settings and programs are
   * there again when the promise resolves.
   * @returns {Promise<void>}
   */
  restart() {
    return this.#connection.restart();
  }

  /** @returns {Promise<string[]>} the schemes that have a loader */
  schemes() {
    return this.#call("schemes", {});
  }

  /** @returns {Promise<T.Sample[]>} the images that come with the page */
  samples() {
    return this.#call("samples", {});
  }

  /** @returns {Promise<string[]>} the names that `view.colormap` can take */
  colormaps() {
    return this.#call("colormaps", {});
  }

  /**
   * Say which images are on display: they stay in the cache. Replaces the list before.
   * @param {string[]} imageIds
   * @returns {Promise<null>}
   */
  display(imageIds) {
    return this.#call("display", { imageIds });
  }

  /**
   * Load what lies around `index` of a stack ahead of time. Replaces the stack before.
   * @param {string[]} imageIds
   * @param {number} index
   * @returns {Promise<null>}
   */
  prefetch(imageIds, index) {
    return this.#call("prefetch", { imageIds, index });
  }

  /**
   * Refuse images of more samples (rows x columns x samples per pixel) before memory is asked for; 512 Mi at first.
   * @param {number} samples
   * @returns {Promise<null>}
   */
  setSampleLimit(samples) {
    return this.#call("setSampleLimit", { samples });
  }

  /**
   * Send these headers with every request from now on.
   * @param {Record<string, string>} headers
   * @returns {Promise<null>}
   */
  setHeaders(headers) {
    return this.#call("setHeaders", { headers });
  }

  /**
   * A DICOMweb server (QIDO-RS and WADO-RS), to search it and to get the image ids of its series.
   *
   * The token goes with every request to the server's origin, also of images, and to no other; without one here, the
   * origin gets none any more.
   *
   * @param {string | URL} url the root of its services, such as https://host/dicom-web
   * @param {{ token?: T.Token }} [options]
   * @returns {DicomWebServer}
   */
  dicomweb(url, options) {
    return this.#servers.server(url, options);
  }

  /**
   * An image loader for Cornerstone: `imageLoader.registerImageLoader("py", loadstone.cornerstoneImageLoader)`.
   *
   * "py:wadouri:…" loads "wadouri:…"; ids without "py:" go as they are, for schemes that only Loadstone has. Images are
   * those that Cornerstone's DICOM image loader would give. They are kept in Cornerstone's cache only.
   *
   * The legacy Cornerstone (cornerstone-core) takes the same line. It calls loaders without options, and then gets what
   * it can show: whole numbers with slope and intercept (floats in 65,536 steps of their range), and RGBA. What passes
   * options to its `loadImage` registers `(imageId) => loadstone.cornerstoneImageLoader(imageId)`.
   */
  get cornerstoneImageLoader() {
    return this.#cornerstone.loadImage;
  }

  /**
   * The metadata of what {@link cornerstoneImageLoader} and {@link loadMetaData} have loaded, until Cornerstone's cache
   * lets go of the image: `metaData.addProvider(loadstone.metaDataProvider, 10000)`.
   */
  get metaDataProvider() {
    return this.#cornerstone.metaDataProvider;
  }

  /**
   * Let {@link metaDataProvider} know of these images before Cornerstone loads them, as it must for a volume. They are
   * loaded on the way; the cache keeps them until Cornerstone asks for them.
   * @param {Iterable<string>} imageIds as Cornerstone has them
   * @param {{ signal?: AbortSignal }} [options]
   * @returns {Promise<void>}
   */
  loadMetaData(imageIds, options) {
    return this.#cornerstone.loadMetaData(imageIds, options);
  }

  /**
   * Let `loader(imageId, options)` load the image ids of a scheme, in the place of the loader that did.
   *
   * It gives `{ promise, cancelFn, decache }`, a promise or any thenable, or the image itself: an object in Cornerstone's
   * shape, of which `rows`, `columns` and `getPixelData()` or `pixelData`, a typed array, are enough. It is called at
   * once: how many of its loads run at a time is its own affair, and it may call {@link loadImage} for another id.
   *
   * @param {string} scheme
   * @param {T.ImageLoader} loader
   * @returns {Promise<T.Registration>}
   */
  registerImageLoader(scheme, loader) {
    return this.#loaders.register(scheme, loader);
  }

  /**
   * Let `loader(imageId, options)` load the ids of schemes that have no loader, as {@link registerImageLoader} does.
   * @param {T.ImageLoader} loader
   * @returns {Promise<T.Registration>}
   */
  registerUnknownImageLoader(loader) {
    return this.#loaders.registerUnknown(loader);
  }

  /** Stop the worker; every call that is still waiting rejects. */
  destroy() {
    this.#loaders.close();
    this.#connection.close(new Error("Loadstone was destroyed; call createLoadstone() for a new one"));
  }

  /**
   * @param {string} method
   * @param {object} params
   * @param {AbortSignal} [signal]
   * @returns {Promise<any>}
   */
  #call(method, params, signal) {
    return this.#connection.call(method, params, signal).promise;
  }

  /**
   * @param {string} method
   * @param {string} imageId
   * @param {T.LoadOptions} options
   * @returns {T.Load<T.LoadedImage>}
   */
  #load(method, imageId, { signal, ...options }) {
    const { promise, cancelFn } = this.#connection.call(method, { imageId, ...options }, signal);
    return {
      promise: promise.then((image) => ({ ...image, getPixelData: () => image.pixelData })),
      cancelFn,
    };
  }
}
