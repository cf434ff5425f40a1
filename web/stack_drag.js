/**
 * Dragging a stack from the list to the stage.
 *
 * @module
 */

/** A type of its own tells a dragged stack from dragged files and texts. */
const TYPE = "application/x-loadstone-stack";

/**
 * @param {HTMLElement} item
 * @param {HTMLElement} picture shown under the pointer
 * @param {string} key what {@link acceptStacks} is told
 */
export function makeDraggable(item, picture, key) {
  item.draggable = true;
  item.addEventListener("dragstart", (event) => {
    if (event.dataTransfer) {
      event.dataTransfer.setData(TYPE, key);
      event.dataTransfer.effectAllowed = "copy";
      event.dataTransfer.setDragImage(picture, picture.clientWidth / 2, picture.clientHeight / 2);
    }
  });
}

/**
 * @param {HTMLElement} stage
 * @param {(key: string) => void} open
 */
export function acceptStacks(stage, open) {
  /** @param {(event: DragEvent, transfer: DataTransfer) => void} listener */
  const forStacks = (listener) => (/** @type {DragEvent} */ event) => {
    if (event.dataTransfer?.types.includes(TYPE)) {
      event.preventDefault();
      listener(event, event.dataTransfer);
    }
  };
  stage.addEventListener("dragover", forStacks((_event, transfer) => {
    transfer.dropEffect = "copy";
    stage.classList.add("target");
  }));
  stage.addEventListener("dragleave", forStacks(({ relatedTarget }) => {
    // from one element of the stage to another is not out of it
    stage.classList.toggle("target", stage.contains(/** @type {Node | null} */ (relatedTarget)));
  }));
  stage.addEventListener("drop", forStacks((_event, transfer) => {
    stage.classList.remove("target");
    open(transfer.getData(TYPE));
  }));
}
