// What Lectern asks a page, and each frame in it, while it films it. All boxes are CSS px of the frame's window.
// Installed before the page's own scripts.
(() => {
  if (window.lecternPage) return;

  const steady = new CSSStyleSheet();
  steady.replaceSync("* { caret-color: transparent !important; }");
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, steady];

  const onScreen = (r) => r.width > 1 && r.height > 1 && r.bottom > 0 && r.right > 0 && r.top < innerHeight && r.left < innerWidth;
  const plain = (text) => text.replace(/\s+/g, " ").trim();
  const visible = (element) => element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true });

  // The box that the scrolling containers around an element leave of it; `known` remembers it for one look at the page.
  function opening(element, known) {
    if (!element || element === document.documentElement) return null;
    if (known.has(element)) return known.get(element);
    let inner = opening(element.parentElement, known);
    if (getComputedStyle(element).overflow !== "visible") {
      const c = element.getBoundingClientRect();
      inner = inner ? {
        left: Math.max(inner.left, c.left), top: Math.max(inner.top, c.top),
        right: Math.min(inner.right, c.right), bottom: Math.min(inner.bottom, c.bottom),
      } : c;
    }
    known.set(element, inner);
    return inner;
  }

  function clipped(rect, element, known) {
    const inner = opening(element, known);
    if (!inner) return rect;
    const left = Math.max(rect.left, inner.left), top = Math.max(rect.top, inner.top);
    const right = Math.min(rect.right, inner.right), bottom = Math.min(rect.bottom, inner.bottom);
    return new DOMRect(left, top, Math.max(0, right - left), Math.max(0, bottom - top));
  }

  // A text node as lines: [text, left, top, width, height].
  function linesOf(node, range) {
    const lines = [];
    for (const word of node.data.matchAll(/\S+/g)) {
      range.setStart(node, word.index);
      range.setEnd(node, word.index + word[0].length);
      for (const r of range.getClientRects()) {
        const last = lines.at(-1);
        if (last && Math.abs(last.top - r.top) < r.height / 2) { last.text += " " + word[0]; last.right = r.right; }
        else lines.push({ text: word[0], left: r.left, top: r.top, right: r.right, bottom: r.bottom });
      }
    }
    return lines;
  }

  const measure = document.createElement("canvas").getContext("2d");

  // Nobody reads what is in a field for passwords, or in one that was made to look like it.
  const secret = (field) => field.type === "password" || (getComputedStyle(field).webkitTextSecurity ?? "none") !== "none";
  const content = (field) => (secret(field) ? "•".repeat(field.value.length) : field.value);

  function fieldLines(field) {
    const text = field.tagName === "SELECT" ? field.selectedOptions[0]?.label : content(field) || field.placeholder;
    if (!text || ["checkbox", "radio", "range", "color", "file", "hidden"].includes(field.type)) return [];
    const box = field.getBoundingClientRect(), style = getComputedStyle(field);
    measure.font = style.font;
    const inner = { left: box.left + parseFloat(style.paddingLeft) + parseFloat(style.borderLeftWidth) };
    if (field.tagName !== "TEXTAREA") {
      const high = Math.min(box.height, 1.3 * parseFloat(style.fontSize)), top = box.top + (box.height - high) / 2;
      const centred = style.textAlign === "center" || ["button", "submit", "reset"].includes(field.type);
      const wide = Math.min(measure.measureText(text).width, box.right - inner.left);
      const left = centred ? box.left + (box.width - wide) / 2 : inner.left;
      return [{ text, left, top, right: left + wide, bottom: top + high }];
    }
    const high = parseFloat(style.lineHeight) || 1.2 * parseFloat(style.fontSize);
    const first = box.top + parseFloat(style.paddingTop) - field.scrollTop;
    return text.split("\n").map((line, i) => ({
      text: line, left: inner.left, top: first + i * high, bottom: first + (i + 1) * high,
      right: Math.min(inner.left + measure.measureText(line).width, box.right),
    }));
  }

  function textBoxes() {
    const found = [], range = document.createRange(), known = new Map(), seen = new Map();
    const shown = (element) => {
      if (!seen.has(element)) seen.set(element, visible(element));
      return seen.get(element);
    };
    const add = (lines, element) => {
      for (const line of lines) {
        const rect = clipped(new DOMRect(line.left, line.top, line.right - line.left, line.bottom - line.top), element, known);
        if (plain(line.text) && onScreen(rect)) found.push([plain(line.text), rect.x, rect.y, rect.width, rect.height]);
      }
    };
    const walk = (root) => {
      const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        if (node.nodeType === Node.ELEMENT_NODE) {
          if (node.shadowRoot) walk(node.shadowRoot);
          if (node.matches("input, textarea, select") && visible(node)) add(fieldLines(node), node.parentElement);
        } else if (node.data.trim() && node.parentElement && !node.parentElement.matches("script, style, noscript, option, textarea")) {
          range.selectNodeContents(node);
          if (onScreen(range.getBoundingClientRect()) && shown(node.parentElement)) add(linesOf(node, range), node.parentElement);
        }
      }
    };
    if (document.body) walk(document.body);
    return found;
  }

  // What a person could name here, for an error message: first what is on the screen.
  function candidates() {
    const roles = { A: "link", BUTTON: "button", SELECT: "combobox", TEXTAREA: "textbox", SUMMARY: "button" };
    const seen = [], beyond = [];
    for (const e of document.querySelectorAll("a[href], button, input, select, textarea, summary, [role], label, h1, h2, h3")) {
      if (!visible(e)) continue;
      const label = e.labels?.[0] && plain(e.labels[0].innerText);
      const name = plain(e.getAttribute("aria-label") || label || e.innerText || e.value || e.placeholder || e.title || "").slice(0, 60);
      const role = e.getAttribute("role") || roles[e.tagName] || (e.tagName === "INPUT" ? `${e.type} field` : e.tagName.toLowerCase());
      if (name && e.tagName !== "LABEL") (onScreen(e.getBoundingClientRect()) ? seen : beyond).push(`${role} "${name}"`);
    }
    return [...new Set([...seen, ...beyond])].slice(0, 60);
  }

  const turns = (style) => /auto|scroll|hidden/.test(style);

  // The containers around an element (itself included) that scroll up and down, the innermost first; the page is the last.
  function scrollers(element) {
    const found = [];
    for (let e = element; e && e !== document.body && e !== document.documentElement; e = e.parentElement)
      if (e.scrollHeight > e.clientHeight + 1 && turns(getComputedStyle(e).overflowY)) found.push(e);
    return [...found, document.scrollingElement];
  }

  // Something that moves, as long as it does: `samples` are [epoch ms, text boxes or null, boxes that nobody may read].
  let motion = { busy: false, samples: [] };

  async function ease(box, distance) {
    const from = box.scrollTop, to = Math.max(0, Math.min(from + distance, box.scrollHeight - box.clientHeight));
    if (Math.abs(to - from) < 1) return;
    const length = 350 + 500 * Math.min(1, Math.abs(to - from) / 1000);
    let begun = null;
    for (let done = 0, sampled = 0; done < 1; ) {
      const now = await new Promise(requestAnimationFrame);
      begun ??= now - 16;
      done = Math.min(1, Math.max(0, now - begun) / length);
      const eased = done < 0.5 ? 4 * done ** 3 : 1 - (2 - 2 * done) ** 3 / 2;
      box.scrollTo({ top: from + (to - from) * eased, behavior: "instant" });
      const read = now - sampled > 120 || done === 1;
      if (read) sampled = now;
      motion.samples.push([Date.now(), read ? textBoxes() : null, trackedBoxes()]);
    }
  }

  const moves = (work) => {
    motion = { busy: true, samples: [] };
    work().finally(() => (motion.busy = false));
  };

  // Begins to scroll what holds `element` (or the page) by (0, distance) CSS px; `motion()` tells how far it is.
  const startScroll = (element, distance) => moves(() => ease(scrollers(element)[0], distance));

  // Begins to bring an element well into view, in every container that scrolls; `middle`: into the very middle.
  function startReveal(element, middle) {
    moves(async () => {
      for (const box of scrollers(element)) {
        const page = box === document.scrollingElement;
        const r = element.getBoundingClientRect(), c = page ? { top: 0, bottom: innerHeight } : box.getBoundingClientRect();
        const inside = r.top >= c.top && r.bottom <= c.bottom;
        if (middle || !inside) await ease(box, (r.top + r.bottom) / 2 - (c.top + c.bottom) / 2);
      }
      const r = element.getBoundingClientRect();
      if (r.left < 0 || r.right > innerWidth) element.scrollIntoView({ block: "nearest", inline: "nearest", behavior: "instant" });
    });
  }

  // What nobody may read: elements that are followed wherever they go.
  let tracked = [];
  const track = (elements) => { tracked = elements; };
  const trackedBoxes = () => tracked.filter((e) => e.isConnected && visible(e)).map(outline)
    .filter(([x, y, width, height]) => onScreen(new DOMRect(x, y, width, height)));

  // What is meant by an element: itself, or only its words where nothing shows how far it reaches.
  function outline(element) {
    const style = getComputedStyle(element), range = document.createRange();
    const bare = style.backgroundColor === "rgba(0, 0, 0, 0)" && style.borderStyle === "none" && style.backgroundImage === "none";
    range.selectNodeContents(element);
    const words = range.getBoundingClientRect();
    const r = bare && words.width > 1 ? words : element.getBoundingClientRect();
    return [r.x, r.y, r.width, r.height];
  }

  // The size (CSS px) of most of the text.
  function bodySize() {
    const letters = new Map();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (!node.data.trim() || !visible(node.parentElement)) continue;
      const size = parseFloat(getComputedStyle(node.parentElement).fontSize);
      letters.set(size, (letters.get(size) ?? 0) + plain(node.data).length);
    }
    return [...letters].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 16;
  }

  // What the page says, seen or not, without fields that hold nothing but what was `typed`.
  const pageText = (typed) => (document.body?.innerText ?? "") + "\n" +
    [...document.querySelectorAll("input, textarea, select")].filter(visible).map(content).filter((held) => held !== typed).join("\n");

  // What the page said at some time, seen or not: what is there now, and what was taken away.
  const MOST_KEPT = 400;
  const taken = new Set();
  const keep = (text) => {
    if (plain(text ?? "")) taken.add(plain(text).slice(0, 2000));
    if (taken.size > MOST_KEPT) taken.delete(taken.values().next().value);
  };
  new MutationObserver((changes) => changes.forEach((change) => {
    keep(change.oldValue);
    change.removedNodes.forEach((node) => keep(node.textContent));
  })).observe(document, { childList: true, subtree: true, characterData: true, characterDataOldValue: true });
  const pastText = () => [document.body?.textContent ?? "", ...taken].join("\n");

  Object.defineProperty(window, "lecternPage", { value: {
    pastText, textBoxes, candidates, startScroll, startReveal, motion: () => motion, track, trackedBoxes, outline, pageText, bodySize,
  } });
})();
