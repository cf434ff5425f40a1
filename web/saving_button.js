/**
 * The button that saves what is open as one HTML file; all that it takes is loaded when it is first pressed.
 *
 * @module
 */

import { element } from "./elements.js";
import { showError } from "./notices.js";

/** @import { Captions } from "./captions.js" */
/** @import { Case, CaseStack } from "./case.js" */
/** @import { Loadstone } from "./loadstone.js" */
/** @import { Site } from "./saving_site.js" */
/** @import { StudyList } from "./study_list.js" */
/** @import { Viewer } from "./viewer.js" */

/**
 * @param {Loadstone} loadstone
 * @param {Site | undefined} site the files of this page, where they do not lie beside it
 * @param {Case | null} theCase
 * @param {() => CaseStack[]} stacks those that are open by then
 */
export function offerSaving(loadstone, site, theCase, stacks) {
  const button = element("save-page", HTMLButtonElement);
  /** @type {Promise<import("./saving.js").SavingDialog> | null} */
  let loading = null;
  button.disabled = false;
  button.addEventListener("click", async () => {
    try {
      loading ??= load(loadstone, site);
      const open = stacks();
      await (await loading).open(open, theCase?.title ?? open[0]?.title ?? "");
    } catch (error) {
      loading = null;
      showError(error);
    }
  });
}

/**
 * @param {Loadstone} loadstone
 * @param {Site | undefined} site
 */
async function load(loadstone, site) {
  const [{ SavingDialog }, { ServedSite }] = await Promise.all([import("./saving.js"), import("./saving_site.js")]);
  return new SavingDialog(loadstone, site ?? new ServedSite());
}

/**
 * What is open: the stacks of the case, those of studies, and what else is on display.
 * @param {Case | null} theCase
 * @param {StudyList} list
 * @param {Viewer} viewer
 * @param {Captions} captions
 * @returns {CaseStack[]}
 */
export function openStacks(theCase, list, viewer, captions) {
  const listed = [...list.stacks, ...theCase?.stacks ?? []];
  const { shown } = viewer;
  const known = new Set(listed.flatMap(({ imageIds }) => imageIds).map(withoutFrame));
  if (shown && !known.has(withoutFrame(shown.imageId))) {
    listed.unshift({ title: captions.name(shown.imageId), imageIds: shown.stack.imageIds });
  }
  return listed;
}

/** @param {string} imageId */
function withoutFrame(imageId) {
  return imageId.replace(/[?&]frame=\d+$/, "");
}
