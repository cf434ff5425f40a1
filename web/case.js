/**
 * The case that this page was built for: its title and stacks, and the packages and loaders that its images need.
 *
 * `loadstone build` writes it into the page as JSON, `<script type="application/json" id="case">`; a page without it
 * shows the samples.
 *
 * @module
 */

import { element } from "./elements.js";

/** @import { Loadstone } from "./loadstone.js" */

/** @typedef {{ title: string, imageIds: string[], middle?: string }} CaseStack `middle` makes its thumbnail */
/**
 * @typedef {object} Case
 * @property {string} title
 * @property {CaseStack[]} stacks the first is shown first
 * @property {string[]} loaders addresses of Python files, relative to the page
 * @property {string[]} packages addresses of wheels, relative to the page
 * @property {"none" | "allowed"} phi whether the files tell whose images they are
 */

/** @returns {Case | null} the page's case, where it has one */
export function caseOfPage() {
  const text = document.getElementById("case")?.textContent;
  return text ? JSON.parse(text) : null;
}

/**
 * Make the page one of its case, before anything else is there: its title, its images first, and the panel for programs
 * shut, since the reader of a case comes to look.
 * @param {Case} shown
 */
export function dressThePage({ title, stacks }) {
  document.title = title;
  element("title", HTMLHeadingElement).textContent = title;
  element("tagline", HTMLParagraphElement).textContent = "Shown by Loadstone. Nothing leaves this page.";
  if (stacks.length) {
    const heading = element("samples-title", HTMLHeadingElement);
    heading.textContent = "Images";
    const section = heading.parentElement;
    section?.parentElement?.prepend(section);
  }
  element("python", HTMLDetailsElement).open = false;
}

/**
 * Install the packages and run the loaders, one after the other. What fails is told, and the others go on.
 * @param {Loadstone} loadstone
 * @param {Case} shown
 * @param {(text: string) => void} tell hears of each step
 * @returns {Promise<{ name: string, error: unknown }[]>} what failed, by the name of its file
 */
export async function prepare(loadstone, { packages, loaders }, tell) {
  /** @type {{ name: string, error: unknown }[]} */
  const failed = [];
  /** @param {string} name @param {string} text @param {() => Promise<unknown>} step */
  const attempt = async (name, text, step) => {
    tell(`${text} ${name}`);
    try {
      await step();
    } catch (error) {
      failed.push({ name, error });
    }
  };
  if (packages.length) {
    // in one call, so that each finds those that it needs among the others
    const names = packages.map(fileName).join(", ");
    await attempt(names, "Installing", () => loadstone.installPackages(packages));
  }
  for (const loader of loaders) {
    await attempt(fileName(loader), "Running", () => loadstone.loadPythonLoader(loader));
  }
  return failed;
}

/** @param {string} address */
function fileName(address) {
  return decodeURIComponent(address.slice(address.lastIndexOf("/") + 1));
}
