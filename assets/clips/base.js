// What all designed clips share: elements, times, and text that fits.
const BETWEEN = 0.5, LEAST = 34;
const unit = lectern.unit;
document.documentElement.classList.add(lectern.place);

// A new element in `parent`.
function add(parent, tag, kind = "", text = "") {
  const e = document.createElement(tag);
  if (kind) e.className = kind;
  if (text !== "") e.textContent = text;
  parent.append(e);
  return e;
}

// `element` comes with its animation so that it is seen in the frame of `time` (a mark, or seconds).
function comes(element, time, kind = "rises") {
  element.classList.add(kind);
  element.style.setProperty("--at", `${lectern.starts(time)}s`);
  return element;
}

// When each of a list's entries comes: at its mark, else a moment after the one before.
function times(items, first = 0.35) {
  let time = first - BETWEEN;
  return items.map((item) => (time = item.at ? lectern.at(item.at) : time + BETWEEN));
}

// The text of `element`, a word a span, each a moment after the one before.
function wordByWord(element, text, time, step = 0.06) {
  element.textContent = "";
  text.split(/(\s+)/).forEach((piece, i) => {
    if (!piece.trim()) return void element.append(piece);
    const word = comes(add(element, "span", "", piece), time + (i / 2) * step);
    word.style.display = "inline-block";
    word.style.maxWidth = "100%";
  });
}

// The first of `sizes` (px of 1080 lines) with which, after `set(size)`, nothing runs over (false: it does); `what` is said where none does.
function fit(what, sizes, set) {
  for (const size of sizes) {
    if (set(size) !== false && fits()) return size;
  }
  throw new Error(`the ${what} is too long to be read here; shorten it, or make two clips of it`);
}

const px = (size) => `${size * unit}px`;

function fits() {
  const body = document.body, main = document.querySelector("main"), style = getComputedStyle(body);
  const high = body.clientHeight - parseFloat(style.paddingTop) - parseFloat(style.paddingBottom);
  const wide = body.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
  const inside = [main, ...main.querySelectorAll(".fits")].every((e) => e.scrollWidth <= e.clientWidth + 1 && e.scrollHeight <= e.clientHeight + 1);
  return inside && main.offsetHeight <= high + 1 && main.offsetWidth <= wide + 1;
}

// Once the letters are there, so that they can be measured.
const ready = (draw) => lectern.wait(lectern.letters().then(draw));
