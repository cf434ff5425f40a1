/**
 * What a new engine is told again, so that it is as the one before was: settings, then what the user brought (programs,
 * packages, loaders) in its order.
 *
 * What is left out on purpose: `prefetch`, since an image that ended the engine may have been among its own.
 *
 * @module
 */

/** Calls that set something: the last one of each counts. */
const SETTINGS = ["listen", "setHeaders", "setMaxCacheSize", "setSampleLimit", "display"];

/**
 * Calls of which each counts, by the number of the first file, the address or the volume that it is about. The files themselves
 * stay with the browser; this keeps references to them.
 */
const ADDITIONS = ["addFiles", "setToken", "volumeKey"];

/** Calls that take effect one after the other; one that is made again takes effect last. */
const PROGRAMS = ["runPython", "runLoader", "installPackages", "registerImageLoader", "registerUnknownImageLoader"];

/**
 * @typedef {object} Told
 * @property {string} method
 * @property {object} params
 */

/**
 * What addFiles was told. Of a file that is closed only the number is left, and which members of an archive are.
 * @typedef {{ first: number, files: (File | null)[], paths: string[], sizes: number[], closed?: Set<string> }} Addition
 */

export class Replay {
  /** @type {Map<string, Told>} settings by method, additions by what they are about, programs by source */
  #told = new Map();

  /**
   * Take note of a call that has succeeded.
   * @param {string} method
   * @param {{ source?: string, replay?: boolean, first?: number, url?: string, names?: string[], scheme?: string,
   *   loader?: number, volume?: string }} params
   */
  note(method, params) {
    if (SETTINGS.includes(method) || ADDITIONS.includes(method)) {
      this.#told.set(key(method, params), { method, params });
    } else if (PROGRAMS.includes(method) && params.replay !== false) {
      this.#told.delete(key(method, params));
      this.#told.set(key(method, params), { method, params });
    } else if (method === "unregisterImageLoader") {
      const registered = this.calls.find((told) => Reflect.get(told.params, "loader") === params.loader);
      if (registered) {
        this.forget(registered);
      }
    }
  }

  /** @param {Told} told */
  forget({ method, params }) {
    this.#told.delete(key(method, params));
  }

  /**
   * Let the files at these addresses go: a new engine hears only that they were closed.
   * @param {string[]} addresses `local:7`, and `local:7/2` in an archive
   */
  close(addresses) {
    const additions = [...this.#told.values()].filter(({ method }) => method === "addFiles")
      .map(({ params }) => /** @type {Addition} */ (params));
    for (const address of addresses) {
      const [number = "", member] = address.replace("local:", "").split("/");
      const addition = additions.find(({ first, files }) => first <= Number(number) && Number(number) < first + files.length);
      if (addition) {
        addition.closed = (addition.closed ?? new Set()).add(address);
        if (member === undefined) {
          const index = Number(number) - addition.first;
          addition.files[index] = null;
          addition.paths[index] = "";
        }
      }
    }
  }

  /** @returns {Told[]} */
  get calls() {
    const told = [...this.#told.values()];
    const isProgram = (/** @type {Told} */ { method }) => PROGRAMS.includes(method);
    return [...told.filter((one) => !isProgram(one)), ...told.filter(isProgram)];
  }
}

/**
 * @param {string} method
 * @param {{ source?: string, first?: number, url?: string, scheme?: string, names?: string[], volume?: string }} params
 */
function key(method, { source, first, url, scheme, names, volume }) {
  // Python reads "Lab:" as "lab"
  return `${method} ${url ?? source ?? first ?? volume ?? scheme?.toLowerCase().replace(/:$/, "") ?? names ?? ""}`;
}
