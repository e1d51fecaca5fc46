// An editor over a terminal, of an exact pixel size. What Lectern calls: editor.open, feed, show, press. Nothing here knows
// the time: it does what the entries of an edit log say ([kind, data], pipeline/capture/editor/log.py).
// Positions in entries count characters; CodeMirror counts UTF-16 units, so `unit` and `character` translate.

"use strict";
const editor = (() => {

const { Decoration, EditorState, EditorView, GutterMarker, StateEffect, StateField } = CM;

let view, size;
let files = [];  // {name, state, changed}, in the order of their tabs
let shown = null;  // the file whose tab is in front
let clipboard = "";

const astral = /[\ud800-\udbff]/;
const unit = (text, character) => astral.test(text) ? [...text].slice(0, character).join("").length : character;
const character = (text, unit) => astral.test(text) ? [...text.slice(0, unit)].length : unit;

// ---- the look

class Sign extends GutterMarker {
  constructor(kind) { super(); this.kind = kind; this.elementClass = "sign-" + kind; }
  eq(other) { return other.kind === this.kind; }
  toDOM() { return document.createTextNode(this.kind === "added" ? "+" : "−"); }
}
const signs = { added: new Sign("added"), removed: new Sign("removed") };
const setMarks = StateEffect.define();
const marks = StateField.define({
  create: () => ({ lines: [], set: Decoration.none }),
  update(value, change) {
    for (const effect of change.effects) if (effect.is(setMarks)) value = drawn(effect.value, change.state.doc);
    return change.docChanged && !change.effects.length ? { ...value, set: value.set.map(change.changes) } : value;
  },
  provide: (field) => EditorView.decorations.from(field, (value) => value.set),
});

function drawn(lines, doc) {
  const ranges = [];
  for (const [first, last, kind, strength] of lines)
    for (let n = first; n <= last; n++)
      ranges.push(Decoration.line({ class: "cm-" + kind, attributes: { style: `--strength: ${strength}` } }).range(doc.line(n).from));
  return { lines, set: Decoration.set(ranges, true) };
}

function signOf(view, line) {
  const number = view.state.doc.lineAt(line.from).number;
  const mark = view.state.field(marks).lines.find(([first, last]) => first <= number && number <= last);
  return mark ? signs[mark[2]] : null;
}

const t = CM.tags;
const colours = CM.HighlightStyle.define([
  { tag: [t.keyword, t.modifier, t.operatorKeyword, t.controlKeyword, t.definitionKeyword, t.moduleKeyword], color: "var(--magenta)" },
  { tag: [t.string, t.special(t.string), t.character, t.attributeValue, t.inserted], color: "var(--green)" },
  { tag: [t.number, t.bool, t.null, t.atom, t.self, t.unit, t.color, t.escape, t.regexp], color: "var(--yellow)" },
  { tag: [t.comment, t.meta, t.processingInstruction], color: "var(--brightBlack)", fontStyle: "normal" },
  { tag: [t.function(t.variableName), t.function(t.propertyName), t.function(t.definition(t.variableName)), t.macroName, t.labelName], color: "var(--blue)" },
  { tag: [t.typeName, t.className, t.namespace, t.standard(t.variableName), t.special(t.variableName)], color: "var(--cyan)" },
  { tag: [t.tagName, t.definition(t.className)], color: "var(--cyan)" },
  { tag: [t.attributeName, t.propertyName], color: "var(--brightBlue)" },
  { tag: [t.operator, t.punctuation, t.bracket, t.angleBracket], color: "color-mix(in srgb, var(--foreground) 72%, var(--blue))" },
  { tag: t.heading, color: "var(--blue)", fontWeight: "700" },
  { tag: [t.strong], fontWeight: "700" },
  { tag: [t.emphasis], color: "var(--yellow)" },
  { tag: [t.link, t.url], color: "var(--blue)" },
  { tag: [t.monospace], color: "var(--green)" },
  { tag: [t.invalid, t.deleted], color: "var(--red)" },
]);

function languageOf(name) {
  const file = name.split("/").pop().toLowerCase();
  const made = (CM.languages[file.split(".").pop()] || CM.languages[file])?.();
  return made ? [made] : [];
}

function stateOf(name, text, indent) {
  return EditorState.create({
    doc: text,
    extensions: [
      CM.history(), CM.drawSelection({ cursorBlinkRate: 0 }), CM.lineNumbers(), marks,
      CM.gutter({ class: "cm-signs", lineMarker: signOf, initialSpacer: null,
        lineMarkerChange: (update) => update.transactions.some((tr) => tr.effects.some((e) => e.is(setMarks))) }),
      CM.highlightActiveLine(), CM.highlightActiveLineGutter(), CM.syntaxHighlighting(colours), languageOf(name),
      EditorState.tabSize.of(4), CM.indentUnit.of(indent), EditorState.lineSeparator.of("\n"),
      CM.keymap.of([...keys, ...CM.defaultKeymap, ...CM.historyKeymap]),
    ],
  });
}

// ---- keys: CodeMirror's own, but for those that would add what nobody wrote

const insert = (view, text) => { view.dispatch(view.state.replaceSelection(text)); return true; };
function copied(view) {
  const range = view.state.selection.main, line = view.state.doc.lineAt(range.head);
  clipboard = range.empty ? line.text + "\n" : view.state.sliceDoc(range.from, range.to);
  return range.empty ? { from: line.from, to: Math.min(line.to + 1, view.state.doc.length) } : { from: range.from, to: range.to };
}
const keys = [
  { key: "Enter", run: (view) => insert(view, "\n") },
  { key: "Space", run: (view) => insert(view, " ") },
  { key: "Tab", run: (view) => view.state.selection.main.empty ? insert(view, view.state.facet(CM.indentUnit)) : CM.indentMore(view) },
  { key: "Shift-Tab", run: CM.indentLess },
  { key: "Mod-c", run: (view) => { copied(view); return true; } },
  { key: "Mod-x", run: (view) => { view.dispatch({ changes: copied(view) }); return true; } },
  { key: "Mod-v", run: (view) => insert(view, clipboard) },
  { key: "Escape", run: () => true },
];

// The entries that a key makes: key is a name as Playwright has it ("Control+Shift+ArrowUp"). Null: no such key.
function press(name) {
  const parts = name === "+" ? ["+"] : name.split("+");
  const key = parts.pop().replace(/^Space$/, " "), held = (modifier) => parts.includes(modifier);
  const made = [];
  collecting = made;
  const mac = /Mac/.test(navigator.platform);
  const event = new KeyboardEvent("keydown", {
    key, code: /^[a-z]$/i.test(key) ? "Key" + key.toUpperCase() : key, keyCode: CODES[key] || key.toUpperCase().charCodeAt(0),
    ctrlKey: held("Control") && !mac, metaKey: held("Meta") || (held("Control") && mac), shiftKey: held("Shift"), altKey: held("Alt"),
  });
  const done = CM.runScopeHandlers(view, event, "editor") || (!parts.length && key.length === 1 && insert(view, key));
  collecting = null;
  return done ? made : null;
}
const CODES = {
  Enter: 13, Tab: 9, Escape: 27, Backspace: 8, Delete: 46, ArrowLeft: 37, ArrowUp: 38, ArrowRight: 39, ArrowDown: 40,
  Home: 36, End: 35, PageUp: 33, PageDown: 34, " ": 32, "/": 191, "[": 219, "]": 221, "\\": 220,
};

let collecting = null;
function collect(transaction) {
  view.update([transaction]);
  if (!collecting) return;
  const before = transaction.startState.doc.toString(), after = transaction.newDoc.toString(), changes = [];
  transaction.changes.iterChanges((from, to, _a, _b, text) =>
    changes.push([character(before, from), character(before, to), text.toString()]));
  const { anchor, head } = transaction.newSelection.main;
  collecting.push(["edit", { changes, selection: [character(after, anchor), character(after, head)] }]);
}

// ---- the entries of a log

const acts = {
  open({ file, text, indent, changed }) {
    let entry = files.find((f) => f.name === file);
    if (!entry) files.push(entry = { name: file, indent, state: stateOf(file, text, indent), changed: false });
    if (changed !== undefined) entry.changed = changed;
    if (shown === entry) return;
    if (shown) shown.state = view.state;
    shown = entry;
    view.setState(entry.state);
  },
  edit({ changes, selection }) {
    const text = view.state.doc.toString();
    const made = changes.map(([from, to, insert]) => ({ from: unit(text, from), to: unit(text, to), insert }));
    const after = view.state.changes(made).apply(view.state.doc).toString();
    const [anchor, head] = selection.map((at) => unit(after, at));
    view.dispatch({ changes: made, selection: { anchor, head } });
  },
  marks: (lines) => view.dispatch({ effects: setMarks.of(lines) }),
  scroll([left, top]) { view.scrollDOM.scrollTop = top; view.scrollDOM.scrollLeft = left; },
  tab({ file, changed, name }) {
    const entry = files.find((f) => f.name === file);
    entry.changed = changed;
    if (!name || name === file) return;
    const { doc, selection } = view.state;
    entry.name = name;
    view.setState(stateOf(name, doc.toString(), entry.indent).update({ selection }).state);
  },
  step: () => view?.dispatch({ annotations: CM.isolateHistory.of("full") }),
  panel: (open) => { document.getElementById("panel").hidden = !open; resize(open); },
  focus: (where) => focus(where),
  o: (text) => write(encoded(text)),
  view: (lines) => lines ? terminal.scrollLines(lines) : terminal.scrollToBottom(),
  end() {},
};

const encoded = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

function focus(where) {
  document.body.classList.toggle("away", where === "terminal");
  if (terminal)
    terminal.options.cursorInactiveStyle = where === "terminal" ? "block" : "outline";
}

async function feed(entries) {
  for (const [kind, data] of entries) await acts[kind](data);
  if (entries.some(([kind]) => kind === "open" || kind === "tab")) drawTabs();
}

function drawTabs() {
  const bar = document.getElementById("tabs");
  bar.replaceChildren(...files.map((file) => {
    const tab = document.createElement("div");
    tab.className = "tab" + (file === shown ? " shown" : "") + (file.changed ? " changed" : "");
    const name = document.createElement("span");
    name.textContent = file.name.split("/").pop();
    tab.append(name, document.createElement("i"));
    return tab;
  }));
  bar.querySelector(".shown")?.scrollIntoView({ inline: "nearest", block: "nearest" });
}

// ---- opening, and what is seen

// setup: {fonts: {regular, bold}, letters, letter: [width, height], size: [w, h], tabs, gutter, above, below, panel, room: [h, h with the panel], theme,
// terminal (openTerminal's setup, or null)}: px. Returns the width of a letter and the size of a cell as drawn.
async function open(setup) {
  size = setup;
  const root = document.documentElement.style;
  for (const [name, colour] of Object.entries(setup.theme)) root.setProperty("--" + name, colour);
  const lengths = { letters: setup.letters, letter: setup.letter[0], line: setup.letter[1], tabs: setup.tabs, gutter: setup.gutter,
    above: setup.above, below: setup.below };
  for (const [name, length] of Object.entries(lengths)) root.setProperty("--" + name, length + "px");
  root.setProperty("--shade", isDark(setup.theme.background) ? "28%" : "7%");
  await loadFont("Terminal", setup.fonts.regular, "400");
  await loadFont("Terminal", setup.fonts.bold, "700");
  document.getElementById("panel").style.height = setup.panel + "px";
  resize(false);
  view = new EditorView({ parent: document.getElementById("text"), dispatch: collect });
  const cell = setup.terminal ? await openTerminal(setup.terminal) : [0, 0];
  if (setup.terminal) terminal.blur();
  document.body.style.background = "";
  focus("editor");
  return [widthOfLetter(), ...cell];
}

const isDark = (hex) => [1, 3, 5].reduce((sum, at) => sum + parseInt(hex.slice(at, at + 2), 16), 0) < 384;

function widthOfLetter() {
  const probe = document.createElement("span");
  probe.textContent = "m".repeat(100);
  document.body.append(probe);
  const width = Math.round(probe.getBoundingClientRect().width) / 100;
  probe.remove();
  return width;
}

function resize(open) {
  document.getElementById("editor").style.height = size.tabs + size.room[open ? 1 : 0] + "px";
}

// Does the entries, waits until all is measured, coloured and painted, and tells what is there.
async function show(entries) {
  await feed(entries);
  if (shown) settle();
  if (entries.some(([kind]) => ["o", "view", "panel", "focus"].includes(kind))) await painted();
  return seen();
}

// Measures now what CodeMirror would measure at the next frame, and colours all that is visible.
function settle() {
  const { scrollTop, scrollLeft } = view.scrollDOM;
  for (let i = 0; i < 2; i++) {
    view.measure();
    CM.forceParsing(view, view.viewport.to, 10000);
    view.scrollDOM.scrollTop = scrollTop;
    view.scrollDOM.scrollLeft = scrollLeft;
  }
  view.measure();
}

// {file, lines: [[number, text, left, top, width, height, offset, edges]], tabs: [[name, left, top, width, height, shown]], terminal}:
// the text of each line as far as it is inside the window, from its `offset`-th character. `edges`: where each of its characters
// begins, and where the last one ends; null where all are as wide.
function seen() {
  const frame = document.getElementById("text").getBoundingClientRect();
  const tabs = files.map((file, i) => {
    const tab = document.getElementById("tabs").children[i].getBoundingClientRect();
    return [file.name.split("/").pop(), tab.left, tab.top, tab.width, tab.height, file === shown];
  });
  const open = !document.getElementById("panel").hidden;
  return { file: shown?.name ?? "", lines: shown ? linesIn(frame) : [], tabs, terminal: open && size.terminal ? look([]) : null };
}

function linesIn(frame) {
  const lines = [], doc = view.state.doc, left = frame.left + size.gutter;
  const first = view.lineBlockAtHeight(view.scrollDOM.scrollTop - size.above), height = size.letter[1];
  for (let n = doc.lineAt(first.from).number; n <= doc.lines; n++) {
    const line = doc.line(n);
    const top = frame.top + size.above + view.lineBlockAt(line.from).top - view.scrollDOM.scrollTop;
    if (top >= frame.bottom) break;
    if (top + height <= frame.top + size.above) continue;
    const part = partIn(line, left, frame.right);
    const from = Math.max(top, frame.top), to = Math.min(top + height, frame.bottom);
    lines.push([n, ...(part || ["", left, 0, 0]).slice(0, 2), from, part ? part[2] : 0, to - from, part ? part[3] : 0, part ? part[4] : null]);
  }
  return lines;
}

// The part of a line between two edges: [text, left, width, offset, edges].
function partIn(line, left, right) {
  const text = line.text, start = text.search(/\S/);
  if (start < 0) return null;
  const end = text.trimEnd().length;
  const at = (i) => view.coordsAtPos(line.from + i, 1)?.left ?? 0;
  let from = start, to = end;
  while (from < end && at(from) < left - 1) from++;
  while (to > from && view.coordsAtPos(line.from + to, -1).right > right + 1) to--;
  if (from >= to) return null;
  const x = at(from);
  const shown = text.slice(from, to), last = view.coordsAtPos(line.from + to, -1).right;
  return [shown, x, last - x, character(text, from), /[^\x20-\x7e]/.test(shown) ? edgesOf(shown, (i) => at(from + i), last) : null];
}

// Where each character begins, and where the last one ends. Those that are drawn as one with the one before begin where it ends.
function edgesOf(text, at, end) {
  const edges = [];
  for (const { segment, index } of new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(text)) {
    const next = index + segment.length < text.length ? at(index + segment.length) : end;
    [...segment].forEach((_, i) => edges.push(i ? next : at(index)));
  }
  return [...edges, end];
}

return { open, feed, show, press };
})();
