/**
 * The DICOMweb panel: a server is searched for studies, page by page; a click lists the series of one beside the viewer.
 *
 * @module
 */

import { element, make } from "./elements.js";
import { images, isoDate, personName } from "./list_row.js";

/** @import { DicomWebServer } from "./dicomweb.js" */
/** @import { Loadstone } from "./loadstone.js" */
/** @import { Source, StudyList } from "./study_list.js" */
/** @import { Study, StudyQuery } from "./types.d.ts" */

const PAGE = 25;

/**
 * @param {Loadstone} loadstone
 * @param {StudyList} list
 */
export function showDicomwebPanel(loadstone, list) {
  new DicomwebPanel(loadstone, list);
}

/** In the place of the panel, on a page without a network. */
export function showNoServers() {
  element("dicomweb-form", HTMLFormElement).hidden = true;
  element("dicomweb-text", HTMLParagraphElement).textContent = "This page is one file that does without a network, so it "
    + "asks no server; open the page where it is served to search one.";
}

class DicomwebPanel {
  /** @type {{ server: DicomWebServer, source: Source, query: StudyQuery, found: number } | null} */
  #search = null;
  #abort = new AbortController();
  /** @type {Map<string, Source>} by the server's address */
  #sources = new Map();
  #text = element("dicomweb-text", HTMLParagraphElement);
  #problem = element("dicomweb-error", HTMLParagraphElement);
  #results = element("dicomweb-results", HTMLUListElement);
  #more = element("dicomweb-more", HTMLButtonElement);
  #loadstone;
  #list;

  /**
   * @param {Loadstone} loadstone
   * @param {StudyList} list
   */
  constructor(loadstone, list) {
    this.#loadstone = loadstone;
    this.#list = list;
    element("dicomweb-form", HTMLFormElement).addEventListener("submit", (event) => {
      event.preventDefault();
      this.#begin();
    });
    this.#more.addEventListener("click", () => this.#continue());
  }

  #begin() {
    const server = this.#loadstone.dicomweb(field("url"), { token: field("token") || undefined });
    // one for each server, whatever was searched for: a study that is found again is listed once
    const root = server.url.replace(/\/+$/, "");
    const source = this.#sources.get(root) ?? {};
    source.listingOf = ({ studyInstanceUID }, { seriesInstanceUID, instanceCount }) => (
      server.listStacks(studyInstanceUID, seriesInstanceUID, { instanceCount }));
    this.#sources.set(root, source);
    this.#abort.abort();
    this.#abort = new AbortController();
    this.#search = { server, source, query: { ...queryOfForm(), signal: this.#abort.signal }, found: 0 };
    this.#results.replaceChildren();
    this.#continue();
  }

  /** The next page of the search. */
  async #continue() {
    const search = this.#search;
    if (!search) {
      return;
    }
    const byMore = document.activeElement === this.#more;
    this.#more.hidden = true;
    this.#tell("Searching …");
    try {
      const studies = await search.server.searchStudies({ ...search.query, limit: PAGE, offset: search.found });
      search.found += studies.length;
      const items = studies.map((study) => this.#item(search.server, search.source, study));
      this.#results.append(...items);
      if (byMore) {
        // the button that had the focus may be gone now
        items[0]?.querySelector("button")?.focus();
      }
      this.#more.hidden = studies.length < PAGE;
      this.#tell(search.found ? `${search.found}${this.#more.hidden ? "" : " or more"} ${search.found === 1 ? "study" : "studies"}`
        : "No study matches; leave fields empty, or put * for what you do not know.");
    } catch (error) {
      if (this.#search === search) {
        this.#more.hidden = !search.found;
        this.#fail(error);
      }
    }
  }

  /**
   * @param {DicomWebServer} server
   * @param {Source} source
   * @param {Study} study
   */
  #item(server, source, study) {
    const name = personName(study.patientName) || study.patientId || "No patient name";
    const facts = [isoDate(study.date), study.modalities.join(", "), study.description, images(study.instanceCount)];
    const button = make("button", { type: "button" }, make("span", {}, name), make("small", {}, facts.filter(Boolean).join(" · ")));
    button.addEventListener("click", async () => {
      button.setAttribute("aria-busy", "true");
      this.#tell(`Asking for the series of ${name} …`);
      try {
        const series = await server.series(study.studyInstanceUID);
        this.#tell(`${series.length} series of ${name} in the list of studies`);
        this.#list.show(source, [{ ...study, series }], true);
        this.#list.focus(source, study);
      } catch (error) {
        this.#fail(error);
      } finally {
        button.setAttribute("aria-busy", "false");
      }
    });
    return make("li", {}, button);
  }

  /** @param {string} text */
  #tell(text) {
    this.#problem.hidden = true;
    this.#text.hidden = false;
    this.#text.textContent = text;
  }

  /** @param {unknown} error */
  #fail(error) {
    this.#text.hidden = true;
    this.#problem.hidden = false;
    this.#problem.textContent = /** @type {Error} */ (error).message;
    this.#problem.scrollIntoView({ block: "nearest" });
  }
}

/** @returns {StudyQuery} */
function queryOfForm() {
  const [from, to] = [field("from"), field("to")].map((date) => date.replaceAll("-", ""));
  return {
    patientName: field("name"),
    patientId: field("id"),
    studyDate: from || to ? `${from}-${to}` : "",
    modality: field("modality").toUpperCase(),
  };
}

/** @param {string} name */
function field(name) {
  return element(`dicomweb-${name}`, HTMLInputElement).value.trim();
}
