/**
 * The studies that are open, beside the viewer.
 *
 * A source (one drop, one server) may tell again and again what it holds while it is read: rows stay where they are,
 * new ones come below, and the stack on display grows where it stands. Servers are asked for the first images of a series
 * when one is in sight, and for the others while it is on display.
 *
 * @module
 */

import { element, make, putInOrder } from "./elements.js";
import { GrowingSeries } from "./growing_series.js";
import { personName, titleOf } from "./list_row.js";
import { hide, showError } from "./notices.js";
import { acceptStacks } from "./stack_drag.js";
import { StudyGroup } from "./study_group.js";

/** @import { StackListing } from "./dicomweb.js" */
/** @import { StackRow } from "./study_group.js" */
/** @import { Thumbnails } from "./thumbnails.js" */
/** @import { ListedStack, ListedSeries, ListedStudy } from "./list_row.js" */
/** @import { Viewer } from "./viewer.js" */

/**
 * @typedef {object} Source
 * @property {(study: ListedStudy, series: ListedSeries) => StackListing} [listingOf] lists what a series came without
 * @property {(study: ListedStudy) => unknown} [closed] hears that the user is done with a study
 */
/** @typedef {{ list: HTMLUListElement, groups: Map<string, StudyGroup> }} Listed */

export class StudyList {
  /** @type {Map<Source, Listed>} */
  #sources = new Map();
  /** @type {Map<string, { row: StackRow, group: StudyGroup }>} where each image is listed */
  #places = new Map();
  /** @type {StackRow | undefined} */
  #current;
  /** @type {GrowingSeries | undefined} the series on display */
  #growing;
  #lastGroup = 0;
  #viewer;
  #thumbnails;
  #open;
  #leave;

  /**
   * @param {Viewer} viewer
   * @param {Thumbnails} thumbnails
   * @param {(imageIds: string[]) => void} open
   * @param {() => void} leave what is shown belongs to a study that was closed
   */
  constructor(viewer, thumbnails, open, leave) {
    this.#viewer = viewer;
    this.#thumbnails = thumbnails;
    this.#open = open;
    this.#leave = leave;
    viewer.addEventListener("shown", this.#mark);
    viewer.addEventListener("moved", this.#mark);
    acceptStacks(element("stage", HTMLDivElement), (key) => {
      for (const [source, { groups }] of this.#sources) {
        for (const group of groups.values()) {
          group.rows.filter((row) => row.key === key).forEach((row) => this.#choose(source, group, row));
        }
      }
    });
  }

  /**
   * List what a source holds by now, in the place of what it told before.
   * @param {Source} source
   * @param {ListedStudy[]} studies
   * @param {boolean} complete whether that is all: then studies and rows come into its order, and the thumbnails are
   *   the last
   */
  show(source, studies, complete) {
    if (!studies.length) {
      return;
    }
    const { list, groups } = this.#sources.get(source) ?? this.#addSource(source);
    for (const study of studies) {
      let group = groups.get(study.studyInstanceUID);
      if (!group) {
        group = this.#addGroup(source, study);
        groups.set(study.studyInstanceUID, group);
        list.append(group.item);
      }
      this.#update(source, group, study, complete);
    }
    if (complete && studies.length === groups.size) {
      const items = studies.flatMap(({ studyInstanceUID }) => groups.get(studyInstanceUID)?.item ?? []);
      putInOrder(list, items);
    }
    this.#mark();
  }

  /**
   * Open the first stack that a source has.
   * @param {Source} source
   */
  openFirst(source) {
    const [group] = this.#sources.get(source)?.groups.values() ?? [];
    const [row] = group?.rows ?? [];
    if (group && row) {
      this.#choose(source, group, row);
    }
  }

  /**
   * Bring a study into sight and the focus to it.
   * @param {Source} source
   * @param {ListedStudy} study
   */
  focus(source, { studyInstanceUID }) {
    const [row] = this.#sources.get(source)?.groups.get(studyInstanceUID)?.rows ?? [];
    row?.view.button.focus();
    row?.view.item.closest(".study")?.scrollIntoView({ block: "nearest" });
  }

  /**
   * What an image of the list is called.
   * @param {string} imageId
   */
  nameOf(imageId) {
    const place = this.#placeOf(imageId);
    if (!place) {
      return undefined;
    }
    const { row: { series, stack }, group: { study } } = place;
    return [personName(study.patientName), series.modality, titleOf(series, stack)].filter(Boolean).join(" · ");
  }

  /** The stacks that are listed, by what their series are called, which is never whose they are. */
  get stacks() {
    const groups = [...this.#sources.values()].flatMap((listed) => [...listed.groups.values()]);
    return groups.flatMap((group) => group.rows).flatMap(({ series, stack }) => {
      const title = [series.modality, titleOf(series, stack)].filter(Boolean).join(" · ");
      return stack ? [{ title, imageIds: stack.imageIds, ...(stack.middle ? { middle: stack.middle } : {}) }] : [];
    });
  }

  /** @param {Source} source */
  #addSource(source) {
    /** @type {Listed} */
    const listed = { list: make("ul", {}), groups: new Map() };
    this.#sources.set(source, listed);
    element("studies", HTMLUListElement).prepend(make("li", {}, listed.list));
    return listed;
  }

  /**
   * @param {Source} source
   * @param {ListedStudy} study
   */
  #addGroup(source, study) {
    const key = String(++this.#lastGroup);
    /** @type {StudyGroup} */
    const group = new StudyGroup(
      study, key, (row) => this.#choose(source, group, row), () => this.#close(source, group),
    );
    return group;
  }

  /**
   * @param {Source} source
   * @param {StudyGroup} group
   * @param {ListedStudy} study
   * @param {boolean} complete
   */
  #update(source, group, study, complete) {
    const before = group.rows.flatMap(({ stack }) => stack?.imageIds ? [stack.imageIds] : []);
    group.update(study, complete);
    for (const row of group.rows) {
      row.stack?.imageIds.forEach((imageId) => this.#places.set(imageId, { row, group }));
      const wanted = row.stack ? middle(row.stack) : "";
      if (row.pictured === null || (complete && row.pictured !== wanted)) {
        row.pictured = wanted;
        this.#thumbnails.show(row.view.canvas, async () => middle(await this.#stackOf(source, group, row)));
      }
    }
    const now = (/** @type {string} */ imageId) => this.#places.get(imageId)?.row.stack?.imageIds;
    before.forEach((imageIds) => this.#viewer.extend(imageIds, now));
  }

  /**
   * @param {Source} source
   * @param {StudyGroup} group
   * @param {StackRow} row
   */
  async #choose(source, group, row) {
    row.view.busy = true;
    this.#growing?.stop();
    try {
      const { imageIds } = await this.#stackOf(source, group, row);
      // else the study was closed meanwhile
      if (group.item.isConnected) {
        this.#open(imageIds);
      }
    } catch (error) {
      showError(error, () => this.#choose(source, group, row), titleOf(row.series, row.stack));
    } finally {
      row.view.busy = false;
    }
  }

  /**
   * @param {Source} source
   * @param {StudyGroup} group
   * @param {StackRow} row
   * @returns {Promise<ListedStack>}
   */
  async #stackOf(source, group, row) {
    if (!row.stack) {
      row.asking ??= this.#ask(source, group, row.series);
      await row.asking.finally(() => {
        row.asking = null;
      });
    }
    if (!row.stack) {
      throw new Error(`${titleOf(row.series, null)}: this series has no images; choose another one`);
    }
    return row.stack;
  }

  /**
   * @param {Source} source
   * @param {StudyGroup} group
   * @param {ListedSeries} asked
   */
  async #ask(source, group, asked) {
    const known = group.growing.get(asked.seriesInstanceUID);
    const listing = known ? undefined : source.listingOf?.(group.study, asked);
    const growing = listing ? this.#newGrowing(source, group, asked, listing) : known;
    await growing?.begin();
  }

  /**
   * @param {Source} source
   * @param {StudyGroup} group
   * @param {ListedSeries} asked
   * @param {StackListing} listing
   */
  #newGrowing(source, group, asked, listing) {
    const { seriesInstanceUID: uid } = asked;
    let begun = false;
    /** @type {GrowingSeries} */
    const growing = new GrowingSeries(listing, ({ stacks, listed, complete }) => {
      const series = group.study.series.map((one) => {
        const partial = !complete && listed < (one.instanceCount ?? Infinity);
        return one.seriesInstanceUID === uid ? { ...one, stacks, partial } : one;
      });
      // the first images make thumbnails, too
      this.#update(source, group, { ...group.study, series }, complete || !begun);
      begun = true;
    }, (error) => {
      const retry = () => {
        growing.stop();
        this.#mark();
      };
      showError(error, retry, titleOf(asked, null));
    });
    group.growing.set(uid, growing);
    return growing;
  }

  /**
   * @param {Source} source
   * @param {StudyGroup} group
   */
  #close(source, group) {
    // also where its first image is still on its way
    const { stack } = this.#viewer;
    const isViewed = this.#placeOf(stack?.imageIds[stack.index] ?? "")?.group === group;
    const listed = this.#sources.get(source);
    listed?.groups.delete(group.study.studyInstanceUID);
    hide(group.item);
    group.close();
    if (listed?.groups.size === 0) {
      listed.list.parentElement?.remove();
      this.#sources.delete(source);
    }
    for (const [imageId, place] of this.#places) {
      if (place.group === group) {
        this.#places.delete(imageId);
      }
    }
    if (isViewed) {
      this.#leave();
    }
    source.closed?.(group.study);
  }

  /** @param {string} imageId */
  #placeOf(imageId) {
    // a frame is listed where its file is
    return this.#places.get(imageId) ?? this.#places.get(imageId.replace(/[?&]frame=\d+$/, ""));
  }

  #mark = () => {
    const { row, group } = this.#placeOf(this.#viewer.shown?.imageId ?? "") ?? {};
    const growing = row && group?.growing.get(row.series.seriesInstanceUID);
    if (growing !== this.#growing) {
      this.#growing?.stop();
      this.#growing = growing;
    }
    growing?.grow();
    if (row !== this.#current) {
      if (this.#current) {
        this.#current.view.current = false;
      }
      this.#current = row;
    }
    if (row) {
      row.view.current = true;
    }
  };
}

/** @param {ListedStack} stack */
function middle({ imageIds, middle }) {
  return middle ?? imageIds[Math.floor(imageIds.length / 2)] ?? "";
}
