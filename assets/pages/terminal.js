// A terminal of an exact pixel size. What Lectern calls: openTerminal, write, look. Nothing here knows the time.

const decoded = (base64) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
const painted = () => new Promise((done) => requestAnimationFrame(done));  // xterm.js asked for its own frame before

let terminal;
let answers = [];

async function loadFont(family, base64, weight) {
  const face = new FontFace(family, decoded(base64), { weight });
  document.fonts.add(await face.load());
}

// setup: {fonts: {regular, bold} (base64), fontSize, padding: [x, y], columns, rows, theme}. Returns the cell's size in px.
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
  });
  terminal.loadAddon(new Unicode11Addon.Unicode11Addon());
  terminal.unicode.activeVersion = "11";
  terminal.onData((data) => answers.push(data));
  terminal.open(screen);
  terminal.focus();
  await painted();
  const box = document.querySelector(".xterm-screen").getBoundingClientRect();
  return [box.width / setup.columns, box.height / setup.rows];
}

// Feeds bytes (base64) to the screen and returns what the terminal answers to the program.
async function write(base64) {
  await new Promise((done) => terminal.write(decoded(base64), done));
  const sent = answers.join("");
  answers = [];
  return sent;
}

// Runs of text of one row, separated by two blanks or more: [column, cells, text].
function runsOf(line) {
  const runs = [];
  let run = null, blanks = 0;
  for (let x = 0; x < terminal.cols; x++) {
    const cell = line.getCell(x);
    const text = cell.getChars();
    if (cell.getWidth() === 0) continue;
    if (text.trim() === "") { blanks++; continue; }
    if (run && blanks < 2) { run.text += " ".repeat(blanks); } else { run = { start: x, text: "" }; runs.push(run); }
    run.text += text;
    run.end = x + cell.getWidth();
    blanks = 0;
  }
  return runs.map((r) => [r.start, r.end - r.start, r.text]);
}

// The screen now: rows of runs, the first visible line and the cursor's line (both counted from the buffer's start).
function look() {
  const buffer = terminal.buffer.active;
  const rows = [];
  for (let y = 0; y < terminal.rows; y++) {
    const line = buffer.getLine(buffer.viewportY + y);
    rows.push(line ? runsOf(line) : []);
  }
  return { rows, top: buffer.viewportY, cursor: buffer.baseY + buffer.cursorY, alternate: buffer.type === "alternate" };
}

async function show(base64) {
  await write(base64);
  await painted();
  return look();
}

// What the screen says, wrapped lines joined.
function screenText() {
  const buffer = terminal.buffer.active;
  let text = "";
  for (let y = 0; y < terminal.rows; y++) {
    const line = buffer.getLine(buffer.viewportY + y);
    if (line) text += (line.isWrapped || !y ? "" : "\n") + line.translateToString(true);
  }
  return text.trimEnd();
}
