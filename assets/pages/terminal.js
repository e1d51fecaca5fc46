// A terminal of an exact pixel size. What Lectern calls: openTerminal, write, show, scrollView, resizeTo, screenText, answerText,
// typingBegins, typingEnds, found, around, linesTo.
// Nothing here knows the time.

const decoded = (base64) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
const painted = () => new Promise((done) => requestAnimationFrame(done));  // xterm.js asked for its own frame before

const UNSPACED = "\\p{sc=Han}\\p{sc=Hiragana}\\p{sc=Katakana}\\p{sc=Thai}\\p{sc=Lao}\\p{sc=Khmer}\\p{sc=Myanmar}";
const CUT_HEAD = new RegExp(`[[\\p{L}\\p{M}\\p{N}_]--[${UNSPACED}]]+$`, "v");
const CUT_TAIL = new RegExp(`^[[\\p{L}\\p{M}\\p{N}_]--[${UNSPACED}]]+`, "v");

let terminal;
let answers = [];
let typed = [];  // where something was typed: {from, to: markers, left, right: columns}, the last of them perhaps not ended yet

async function loadFont(family, base64, weight) {
  const face = new FontFace(family, decoded(base64), { weight });
  document.fonts.add(await face.load());
}

// setup: {fonts: {regular, bold} (base64), fontSize, cell: [w, h], padding: [x, y], columns, rows, theme}. Returns the cell's
// size in px; its height is made the wanted one, which has to be no less than the font's.
async function openTerminal(setup) {
  await loadFont("Terminal", setup.fonts.regular, "400");
  await loadFont("Terminal", setup.fonts.bold, "700");
  document.body.style.background = setup.theme.background;
  const screen = document.getElementById("screen");
  screen.style.left = setup.padding[0] + "px";
  screen.style.top = setup.padding[1] + "px";
  terminal = new Terminal({
    cols: setup.columns, rows: setup.rows, theme: setup.theme, fontFamily: "Terminal", fontSize: setup.fontSize,
    fontWeight: "400", fontWeightBold: "700", lineHeight: 1, cursorBlink: false, cursorStyle: "block",
    cursorInactiveStyle: "block", scrollback: 5000, allowProposedApi: true, drawBoldTextInBrightColors: false,
    smoothScrollDuration: 0, minimumContrastRatio: 4.5,  // whatever colours a program puts on one another (WCAG 2.2, 1.4.3)
  });
  terminal.loadAddon(new UnicodeGraphemesAddon.UnicodeGraphemesAddon());
  terminal.unicode.activeVersion = "15-graphemes";  // what is drawn as one letter (emoji that are joined, flags) has its cells
  widenNewEmoji();
  terminal.onData((data) => answers.push(data));
  terminal.parser.registerOscHandler(133, noteShellMark);
  terminal.open(screen);
  judgeInverse();
  boundCounts();
  terminal.focus();
  await painted();
  for (let tries = 0; tries < 20 && cellSize()[0] < setup.cell[0]; tries++) {  // browsers round a letter's width
    terminal.options.fontSize += 0.003;
    await painted();
  }
  const height = cellSize()[1];
  if (height !== setup.cell[1]) {
    terminal.options.lineHeight = setup.cell[1] / height + 1e-6;
    await painted();
  }
  await fillCells(setup);
  return cellSize();
}

// Lines, boxes and blocks are as high as the font, of which a cell is a whole number of px: drawn larger, they leave no gap
// between two rows. What is too much of them, their row cuts off.
async function fillCells(setup) {
  const pen = document.createElement("canvas").getContext("2d"), size = terminal.options.fontSize;
  pen.font = `${size}px Terminal`;
  const full = pen.measureText("\u2588"), up = full.fontBoundingBoxAscent, down = full.fontBoundingBoxDescent;
  const beside = setup.cell[1] - up - down;  // px of the cell that no letter has, above or below
  const larger = Math.max((up + beside) / full.actualBoundingBoxAscent, (down + beside) / full.actualBoundingBoxDescent, 1);
  const style = document.createElement("style");
  for (const [weight, data] of [[400, setup.fonts.regular], [700, setup.fonts.bold]])
    style.textContent += `@font-face { font-family: Blocks; font-weight: ${weight}; unicode-range: U+2500-259F;
      size-adjust: ${100 * Math.min(larger, 1.2)}%; src: url(data:font/ttf;base64,${data}); }`;
  document.head.append(style);
  await Promise.all([400, 700].map((weight) => document.fonts.load(`${weight} ${size}px Blocks`, "\u2588")));
  terminal.options.fontFamily = "Blocks, Terminal";
  await painted();
}

// The addon knows no emoji that are younger than itself; the browser, which draws them, does: they are two cells wide.
function widenNewEmoji() {
  const widths = terminal._core.unicodeService._activeProvider, known = widths.charProperties.bind(widths);
  widths.charProperties = (code, before) => {
    const found = known(code, before);  // (state << 3) | (cells << 1) | whether it joins the letter before
    const narrow = (found & 7) === 2 && code >= 0x1f000 && /^\p{Emoji_Presentation}$/u.test(String.fromCodePoint(code));
    return narrow ? found + 2 : found;
  };
}

// What a sequence counts is bounded by what fits the screen: xterm.js would insert lines two billion times, one by one, if it is told to.
function boundCounts() {
  const input = terminal._core._inputHandler, lines = () => terminal.rows, cells = () => terminal.rows * terminal.cols;
  const bounds = {
    insertLines: lines, deleteLines: lines, scrollUp: lines, scrollDown: lines, repeatPrecedingCharacter: cells,
    cursorForwardTab: () => terminal.cols, cursorBackwardTab: () => terminal.cols,
  };
  for (const [name, most] of Object.entries(bounds)) {
    const known = input[name].bind(input);
    input[name] = (counts) => {
      counts.params[0] = Math.min(counts.params[0], most());
      return known(counts);
    };
  }
}

// xterm.js 6.0.0 takes the letters of inverse cells to have the foreground's colour where it looks for too little contrast.
function judgeInverse() {
  const rows = terminal._core._renderService._renderer.value._rowFactory;
  const judge = rows._applyMinimumContrast.bind(rows);
  rows._applyMinimumContrast = (element, back, front, cell, ...others) => {
    const letters = cell.isInverse() && cell.isBgDefault() ? rows._themeService.colors.background : front;
    return judge(element, back, letters, cell, ...others);
  };
}

function cellSize() {
  const box = document.querySelector(".xterm-screen").getBoundingClientRect();
  return [box.width / terminal.cols, box.height / terminal.rows];
}

// Feeds bytes (base64) to the screen and returns what the terminal answers to the program.
async function write(base64) {
  await new Promise((done) => terminal.write(decoded(base64), done));
  const sent = answers.join("");
  answers = [];
  return sent;
}

// Runs of text of one row, separated by two blanks or more: [column, cells, text, edges]. `edges` are the columns where its characters
// begin, and where the last one ends; null where each has a cell.
function runsOf(line) {
  const runs = [];
  let run = null, blanks = 0;
  for (let x = 0; x < terminal.cols; x++) {
    const cell = line.getCell(x);
    const text = visibleChars(cell);
    if (cell.getWidth() === 0) continue;
    if (text.trim() === "") { blanks++; continue; }
    if (run && blanks < 2) { run.text += " ".repeat(blanks); } else { run = { start: x, text: "", edges: [] }; runs.push(run); }
    for (let i = blanks; run.edges.length && i > 0; i--) run.edges.push(x - i);
    [...text].forEach((_, i) => run.edges.push(i ? x + cell.getWidth() : x));
    run.text += text;
    run.end = x + cell.getWidth();
    blanks = 0;
  }
  const plain = (r) => [...r.text].length === r.end - r.start && !/[^\x20-\x7e]/.test(r.text);
  return runs.map((r) => [r.start, r.end - r.start, r.text, plain(r) ? null : [...r.edges, r.end]]);
}

// The screen now: rows of runs, the first visible line and the cursor's line (both counted from the buffer's start), where
// each of the texts `sought` is, all text, and the row and column of the cursor, where it is seen.
function look(sought) {
  const buffer = terminal.buffer.active;
  const rows = [];
  for (let y = 0; y < terminal.rows; y++) {
    const line = buffer.getLine(buffer.viewportY + y);
    rows.push(line ? runsOf(line) : []);
  }
  return {
    rows, top: buffer.viewportY, cursor: buffer.baseY + buffer.cursorY, alternate: buffer.type === "alternate",
    found: sought.map((text) => [text, found(text)]), text: screenText(),
    line: cursorLine(), caret: caret(), cut: cutWords(),
  };
}

async function show(base64, sought) {
  await write(base64);
  await painted();
  return look(sought);
}

async function scrollView(lines, sought) {
  if (lines) { terminal.scrollLines(lines); } else { terminal.scrollToBottom(); }
  await painted();
  return look(sought);
}

// Fewer cells, or as many as at the start; the first stays where it is.
async function resizeTo(columns, rows, sought) {
  terminal.resize(columns, rows);
  await painted();
  return look(sought);
}

// What shells say of themselves: B where a command will be typed, C where it ends, A and D beside a prompt.
function noteShellMark(data) {
  if (data[0] === "B") typingBegins(); else if (data[0] === "C") typingEnds(); else endWithoutMark();
  return true;
}

// A prompt that a line editor writes once more begins in the same place.
function typingBegins() {
  if (terminal.buffer.active.type === "alternate") return;
  endWithoutMark();
  typed.push({ from: terminal.registerMarker(0), left: terminal.buffer.active.cursorX, to: null, right: 0 });
}

function typingEnds() {
  const open = typed.at(-1);
  if (!open || open.to || terminal.buffer.active.type === "alternate") return;
  open.to = terminal.registerMarker(0);
  open.right = terminal.buffer.active.cursorX;
}

// What no mark has ended is as long as the line that it stands in; nothing is typed where the next prompt comes in its place.
function endWithoutMark() {
  const open = typed.at(-1), buffer = terminal.buffer.active;
  if (!open || open.to || buffer.type === "alternate") return;
  const line = open.from.line, here = buffer.baseY + buffer.cursorY;
  let last = line;
  while (buffer.getLine(last + 1)?.isWrapped) last++;
  if (line < 0 || here <= last) { typed.pop(); return; }
  open.to = terminal.registerMarker(last + 1 - here);
}

// Lines as they were written (wrapped ones joined), from line `first` to `last` of the buffer: their text, and for each
// UTF-16 unit of it the cell it is in: [line, column, cells].
function written(first, last) {
  const buffer = terminal.buffer.active;
  const lines = [];
  for (let y = first; y < last; y++) {
    const line = buffer.getLine(y);
    if (!line) continue;
    if (!line.isWrapped || !lines.length) lines.push({ text: "", cells: [] });
    const whole = lines.at(-1);
    for (let x = 0; x < terminal.cols; x++) {
      const cell = line.getCell(x);
      if (cell.getWidth() === 0) continue;
      const chars = visibleChars(cell) || " ";
      whole.text += chars;
      for (let i = 0; i < chars.length; i++) whole.cells.push([y, x, cell.getWidth()]);
    }
  }
  return lines;
}

// Cells in a row become one part: [row of the screen, column, cells].
function parts(cells, top) {
  const runs = [];
  for (const [y, x, width] of cells) {
    const run = runs.at(-1);
    if (run && run[0] === y - top) { run[2] = x + width - run[1]; } else { runs.push([y - top, x, width]); }
  }
  return runs;
}

// Each occurrence of a text on the screen, as its parts.
function found(text) {
  const top = terminal.buffer.active.viewportY;
  const groups = [];
  for (const line of written(top, top + terminal.rows)) {
    for (let at = line.text.indexOf(text); at >= 0; at = line.text.indexOf(text, at + text.length)) {
      groups.push(parts(line.cells.slice(at, at + text.length), top));
    }
  }
  return groups;
}

// What stands in its line before and after each occurrence of `text` on the screen.
function around(text) {
  const top = terminal.buffer.active.viewportY, places = [];
  for (const line of written(top, top + terminal.rows)) {
    for (let at = line.text.indexOf(text); at >= 0; at = line.text.indexOf(text, at + text.length)) {
      places.push([line.text.slice(0, at), line.text.slice(at + text.length)]);
    }
  }
  return places;
}

// By how many lines the view has to move so that the last line with `text` is in its middle; null where there is none.
function linesTo(text) {
  const buffer = terminal.buffer.active;
  const line = written(0, buffer.length).findLast((each) => each.text.includes(text));
  if (!line) return null;
  const wanted = line.cells[line.text.indexOf(text)][0] - Math.floor(terminal.rows / 2);
  return Math.min(Math.max(wanted, 0), buffer.baseY) - buffer.viewportY;
}

function caret() {
  const buffer = terminal.buffer.active, row = buffer.baseY + buffer.cursorY - buffer.viewportY;
  const seen = row < terminal.rows && !terminal._core.coreService.isCursorHidden;
  return seen ? [row, Math.min(buffer.cursorX, terminal.cols - 1)] : null;
}

// Words that the screen's edge cuts in two. Writing without blanks between its words is broken anywhere.
function cutWords() {
  const buffer = terminal.buffer.active, words = [];
  for (let y = buffer.viewportY + 1; y < buffer.viewportY + terminal.rows; y++) {
    if (!buffer.getLine(y)?.isWrapped) continue;
    const [head] = buffer.getLine(y - 1).translateToString().match(CUT_HEAD) ?? [];
    const [tail] = buffer.getLine(y).translateToString().match(CUT_TAIL) ?? [];
    if (head && tail) words.push(head + tail);
  }
  return words;
}

// The line that the cursor is in, wrapped rows joined.
function cursorLine() {
  const buffer = terminal.buffer.active;
  const at = buffer.baseY + buffer.cursorY;
  let first = at;
  while (first > 0 && buffer.getLine(first)?.isWrapped) first--;
  return written(first, at + 1).map((line) => line.text).join("").trimEnd();
}

// What the screen says, wrapped lines joined; concealed text, too, because nobody may find a secret there.
function screenText() {
  return textWithout(() => [], false);
}

// What programs have said on the screen: all but what was typed. `latest`: only what came after the last line that was entered.
function answerText(latest) {
  const spans = terminal.buffer.active.type === "alternate" ? [] : typed.filter((span) => !span.to || span.to.line >= 0);
  const hidden = spans.map((span) => [
    Math.max(span.from.line, 0), span.from.line < 0 ? 0 : span.left, span.to ? span.to.line : Infinity, span.right,
  ]);
  const entered = latest && hidden.findLast((span) => span[2] < Infinity);
  if (entered) hidden.push([0, 0, entered[2], entered[3]]);
  return textWithout((y) => hidden.filter(([first, , last]) => first <= y && y <= last).map(([first, left, last, right]) => [
    y === first ? left : 0, y === last ? right : terminal.cols,
  ]), true);
}

// The screen's text without the columns [from, to) of each of its rows that `hiddenIn` names; `seen`: without what is concealed.
function textWithout(hiddenIn, seen) {
  const buffer = terminal.buffer.active;
  let text = "";
  for (let y = buffer.viewportY; y < buffer.viewportY + terminal.rows; y++) {
    const line = buffer.getLine(y);
    if (!line) continue;
    const hidden = hiddenIn(y);
    let shown = "";
    for (let x = 0; x < terminal.cols; x++) {
      const cell = line.getCell(x);
      if (cell.getWidth() === 0 || hidden.some(([from, to]) => from <= x && x < to)) continue;
      shown += (seen ? visibleChars(cell) : cell.getChars()) || " ";
    }
    if (!buffer.getLine(y + 1)?.isWrapped) shown = shown.trimEnd();  // a line may be wrapped at a blank
    text += (line.isWrapped || y === buffer.viewportY ? "" : "\n") + shown;
  }
  return text.trimEnd();
}

// A cell's letter; none where it is concealed (SGR 8).
function visibleChars(cell) {
  return cell.isInvisible() ? "" : cell.getChars();
}
