/**
 * The editor for Python: CodeMirror, in the page's colours, with one line that can be marked as the one that failed.
 *
 * Bundled at build time; it lies in a shadow root, since only there its styles need no leave from the page's policy.
 *
 * @module
 */

import { closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { bracketMatching, HighlightStyle, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { EditorState, RangeSet, StateEffect, StateField } from "@codemirror/state";
import {
  Decoration, EditorView, GutterMarker, gutterLineClass, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";

const LABEL = "Python program. Tab indents; press Escape, then Tab to leave. Control Enter runs it.";

/** The page's custom properties reach into the shadow root, dark or light. */
const COLOURS = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.modifier], color: "var(--code-keyword)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--code-string)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--code-number)" },
  { tag: [tags.function(tags.definition(tags.variableName)), tags.definition(tags.className)], color: "var(--code-name)" },
  { tag: [tags.meta], color: "var(--code-name)" },
  { tag: [tags.comment], color: "var(--faint)", fontStyle: "italic" },
]);

const THEME = EditorView.theme({
  "&": { height: "100%", color: "var(--ink)", backgroundColor: "var(--raised)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.5", overflow: "auto" },
  ".cm-content": { padding: "8px 0", caretColor: "var(--ink)" },
  ".cm-line": { padding: "0 10px 0 6px" },
  ".cm-gutters": { backgroundColor: "var(--raised)", color: "var(--faint)", border: "0" },
  ".cm-lineNumbers .cm-gutterElement": { padding: "0 4px 0 8px", minWidth: "26px" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "transparent" },
  "&.cm-focused .cm-activeLine, &.cm-focused .cm-activeLineGutter": { backgroundColor: "var(--code-active)" },
  "&.cm-focused .cm-activeLineGutter": { color: "var(--ink)" },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "var(--accent-wash)", outline: "1px solid var(--accent)" },
  ".cm-activeLine.cm-failed, .cm-failed": { backgroundColor: "var(--code-failed)" },
  "&.cm-focused .cm-activeLine.cm-failed": { backgroundColor: "var(--code-failed)" },
  ".cm-failed.cm-gutterElement": { color: "var(--danger)", fontWeight: "700", boxShadow: "inset 3px 0 var(--danger)" },
});

class FailedLineNumber extends GutterMarker {
  elementClass = "cm-failed";
}

/** @type {import("@codemirror/state").StateEffectType<number | null>} the position in the line that failed */
const markLine = StateEffect.define();
const failedLine = StateField.define({
  create: () => /** @type {number | null} */ (null),
  update(position, transaction) {
    const effect = transaction.effects.find((one) => one.is(markLine));
    return effect ? effect.value : position && transaction.changes.mapPos(position);
  },
  provide: (field) => [
    EditorView.decorations.compute([field], (state) => lineSet(state, Decoration.line({ class: "cm-failed" }))),
    gutterLineClass.compute([field], (state) => lineSet(state, new FailedLineNumber())),
  ],
});

/**
 * @template {import("@codemirror/state").RangeValue} V
 * @param {EditorState} state
 * @param {V} value
 * @returns {RangeSet<V>}
 */
function lineSet(state, value) {
  const position = state.field(failedLine);
  return position === null ? RangeSet.empty : RangeSet.of([value.range(state.doc.lineAt(position).from)]);
}

export class PythonEditor {
  #view;

  /**
   * @param {HTMLElement} host takes the editor into its shadow root
   * @param {{ onChange: () => void, onRun: () => void }} listeners
   */
  constructor(host, { onChange, onRun }) {
    const root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
    const run = () => {
      onRun();
      return true;
    };
    const extensions = [
      lineNumbers(), history(), indentOnInput(), bracketMatching(), closeBrackets(), highlightActiveLine(),
      highlightActiveLineGutter(), failedLine, python(), indentUnit.of("    "), EditorState.tabSize.of(4),
      syntaxHighlighting(COLOURS), THEME,
      EditorView.contentAttributes.of({ "aria-label": LABEL, spellcheck: "false", autocapitalize: "off" }),
      EditorView.updateListener.of(({ docChanged }) => docChanged && onChange()),
      // a file is the page's: it opens in place of this text and is not put into it
      EditorView.domEventHandlers({ drop: ({ dataTransfer }) => Boolean(dataTransfer?.types.includes("Files")) }),
      keymap.of([
        { key: "Mod-Enter", run }, ...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, indentWithTab,
      ]),
    ];
    this.#view = new EditorView({ state: EditorState.create({ extensions }), root, parent: root });
  }

  get text() {
    return this.#view.state.doc.toString();
  }

  /** The text before can be had back with undo. */
  set text(text) {
    const { state } = this.#view;
    this.#view.dispatch({
      changes: { from: 0, to: state.doc.length, insert: text },
      selection: { anchor: 0 },
      effects: markLine.of(null),
    });
    // the editor's own scrolling alone: CodeMirror would bring the editor into sight, and move the page to it
    this.#view.scrollDOM.scrollTo(0, 0);
  }

  /** @param {number | null} line from 1; null takes the mark away */
  mark(line) {
    const { doc } = this.#view.state;
    if (line === null || line < 1 || line > doc.lines) {
      this.#view.dispatch({ effects: markLine.of(null) });
      return;
    }
    const position = doc.line(line).from;
    this.#view.dispatch({ effects: [markLine.of(position), EditorView.scrollIntoView(position, { y: "nearest", yMargin: 30 })] });
  }

  focus() {
    this.#view.focus();
  }
}
