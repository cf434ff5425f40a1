/**
 * The page: puts the parts together once Python answers, and shows the first image.
 *
 * @module
 */

import { AddressField, idsOfPage, splitIds } from "./address.js";
import { Canvas } from "./canvas.js";
import { Captions } from "./captions.js";
import { caseOfPage, dressThePage, prepare } from "./case.js";
import { showDetails } from "./details.js";
import { element } from "./elements.js";
import { tellOfRestarts } from "./engine_notice.js";
import { showDicomwebPanel, showNoServers } from "./dicomweb_panel.js";
import { acceptFiles } from "./files.js";
import { openFirstOf } from "./first_image.js";
import { listenToKeys } from "./keyboard.js";
import { showLoading } from "./loading.js";
import { PlanesButton } from "./mpr_button.js";
import { clearError, showError } from "./notices.js";
import { keepForOffline } from "./offline.js";
import { openFiles } from "./opening.js";
import { PointerInput } from "./pointer.js";
import { PythonPanel } from "./python_panel.js";
import { showSamples } from "./samples.js";
import { showStackSlider } from "./stack_slider.js";
import { offerSaving, openStacks } from "./saving_button.js";
import { reloadWithItsLoader } from "./stack_reload.js";
import { keepUpWithStack } from "./stack_upkeep.js";
import { StatusLine } from "./status.js";
import { StudyList } from "./study_list.js";
import { Thumbnails } from "./thumbnails.js";
import { Toolbar } from "./toolbar.js";
import { Viewer } from "./viewer.js";

/** @import { Case, CaseStack } from "./case.js" */
/** @import { Loadstone } from "./loadstone.js" */
/** @import { Opener } from "./opening.js" */
/** @import { Site } from "./saving_site.js" */

/** Offered in the address field: their scheme alone says too little of what may follow it. */
const COMPUTED = [
  "phantom:shepp-logan?samples=4",
  "phantom:tg18-qc",
  "phantom:ellipsoids?orientation=coronal",
  "pipe:example:ct|gaussian(2)|threshold(100,400)",
];

/**
 * @param {Promise<Loadstone>} booting
 * @param {{ network?: boolean, site?: Site }} [options] network: false where there are no servers to be asked; site: the
 *   files of this page, where they do not lie beside it
 */
export async function openPage(booting, { network = true, site } = {}) {
  const opener = /** @type {PromiseWithResolvers<Opener | null>} */ (Promise.withResolvers());
  // before Python is up: a browser leaves the page for a file that nobody takes
  acceptFiles((collect) => openFiles(opener.promise, collect));
  try {
    const theCase = caseOfPage();
    if (theCase) {
      dressThePage(theCase);
    }
    opener.resolve(await assemble(await booting, theCase, network, site));
  } catch (error) {
    document.body.dataset.state = "error";
    element("boot", HTMLDivElement).hidden = true;
    showError(error, () => location.reload());
    opener.resolve(null);
  }
}

/**
 * @param {Loadstone} loadstone
 * @param {Case | null} theCase
 * @param {boolean} network
 * @param {Site | undefined} site
 * @returns {Promise<Opener>}
 */
async function assemble(loadstone, theCase, network, site) {
  const canvas = new Canvas(element("canvas", HTMLCanvasElement), () => viewer.resized());
  const viewer = new Viewer(loadstone, canvas);
  const captions = new Captions(viewer, (imageId) => list.nameOf(imageId), theCase?.title ?? "Loadstone");
  const planes = new PlanesButton(loadstone, viewer, canvas, () => toolbar.tool, (imageIds) => open(imageIds));
  const active = () => planes.active;
  const toolbar = new Toolbar(viewer, active);
  const status = new StatusLine(loadstone, viewer, canvas, () => active() === viewer);
  new PointerInput(viewer, canvas, () => toolbar.tool);
  listenToKeys(active, (tool) => toolbar.choose(tool), (number) => toolbar.choosePreset(number));
  showStackSlider(viewer);
  showLoading(loadstone, viewer);
  tellOfRestarts(loadstone, viewer);

  const panel = /** @type {PromiseWithResolvers<PythonPanel>} */ (Promise.withResolvers());
  const problems = theCase ? await prepare(loadstone, theCase, tellOfStart) : [];
  const stacks = theCase?.stacks.length ? theCase.stacks : await samples(loadstone);
  stacks.forEach(({ imageIds, title }) => captions.know(imageIds, imageIds.map(() => title)));
  const home = stacks[0]?.imageIds ?? [];
  /** @param {string[]} imageIds */
  const open = (imageIds) => {
    address.show(imageIds);
    viewer.open(imageIds);
  };
  /** @param {string[]} imageIds that a program makes: what is on display of them is loaded anew where it stands */
  const showMade = (imageIds) => {
    if (!imageIds.every((imageId) => viewer.stack?.imageIds.includes(imageId))) {
      open(imageIds);
    }
  };
  const address = new AddressField(viewer, home, open);
  const thumbnails = new Thumbnails(loadstone);
  const list = new StudyList(viewer, thumbnails, open, () => open(home));
  // an error is news until the user goes on
  viewer.addEventListener("loading", clearError);
  const offerStacks = once(() => {
    showSamples(thumbnails, stacks, viewer, open);
    panel.resolve(new PythonPanel(loadstone, (text) => showMade(splitIds(text))));
    offerChoices(loadstone, toolbar, address, stacks);
  });
  const [problem] = problems;
  const tellProblem = () => problem && showError(problem.error, undefined, problem.name);
  viewer.addEventListener("shown", () => {
    performance.mark("loadstone:first-paint");
    document.body.dataset.state = "ready";
    element("boot", HTMLDivElement).hidden = true;
    keepUpWithStack(loadstone, viewer);
    reloadWithItsLoader(loadstone, viewer);
    showDetails(loadstone, viewer, toolbar, status, planes, open);
    if (network) {
      showDicomwebPanel(loadstone, list);
      keepForOffline();
    } else {
      showNoServers();
    }
    offerStacks();
    offerSaving(loadstone, site, theCase, () => openStacks(theCase, list, viewer, captions));
    tellProblem();
  }, { once: true });

  const asked = idsOfPage();
  address.show(asked.length ? asked : home);
  openFirstOf(viewer, [...(asked.length ? [asked] : []), ...stacks.map(({ imageIds }) => imageIds)], () => {
    document.body.dataset.state = "error";
    element("boot", HTMLDivElement).hidden = true;
    offerStacks();
  });
  // after the above has opened another stack, which clears errors
  viewer.addEventListener("failed", (event) => {
    const { error, imageId, retry } = /** @type {CustomEvent} */ (event).detail;
    showError(error, retry, captions.name(imageId));
    if (!viewer.shown) {
      tellProblem();
    }
  });
  const openProgram = async (/** @type {File} */ file) => (await panel.promise).openFile(file);
  return { loadstone, viewer, list, captions, openProgram };
}

/**
 * The images that come with every page, each a stack of its own.
 * @param {Loadstone} loadstone
 * @returns {Promise<CaseStack[]>}
 */
async function samples(loadstone) {
  return (await loadstone.samples()).map(({ imageId, title }) => ({ imageIds: [imageId], title }));
}

/**
 * @param {() => void} act
 * @returns {() => void} does it the first time only
 */
function once(act) {
  let done = false;
  return () => {
    if (!done) {
      done = true;
      act();
    }
  };
}

/** @param {string} text what the page is at before its first image */
function tellOfStart(text) {
  element("boot-title", HTMLParagraphElement).textContent = text;
}

/**
 * @param {Loadstone} loadstone
 * @param {Toolbar} toolbar
 * @param {AddressField} address
 * @param {CaseStack[]} stacks
 */
async function offerChoices(loadstone, toolbar, address, stacks) {
  address.know(stacks.flatMap(({ imageIds }) => imageIds.slice(0, 1)));
  const [colormaps, schemes] = await Promise.all([loadstone.colormaps(), loadstone.schemes()]);
  toolbar.offerColormaps(colormaps);
  address.know([...schemes.map((scheme) => `${scheme}:`), ...COMPUTED]);
}
