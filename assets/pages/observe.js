// What Lectern asks a page while it films it. All boxes are CSS px of the window. Installed before the page's own scripts.
(() => {
  if (window.top !== window || window.lecternPage) return;

  const steady = new CSSStyleSheet();
  steady.replaceSync("* { caret-color: transparent !important; }");
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, steady];

  const onScreen = (r) => r.width > 1 && r.height > 1 && r.bottom > 0 && r.right > 0 && r.top < innerHeight && r.left < innerWidth;
  const plain = (text) => text.replace(/\s+/g, " ").trim();
  const visible = (element) => element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true });

  // What remains of a box after the scrolling containers around it.
  function clipped(rect, element) {
    let { left, top, right, bottom } = rect;
    for (let e = element; e && e !== document.documentElement; e = e.parentElement) {
      if (getComputedStyle(e).overflow === "visible") continue;
      const c = e.getBoundingClientRect();
      left = Math.max(left, c.left); top = Math.max(top, c.top);
      right = Math.min(right, c.right); bottom = Math.min(bottom, c.bottom);
    }
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

  function fieldLines(field) {
    const text = field.tagName === "SELECT" ? field.selectedOptions[0]?.label : field.value || field.placeholder;
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
    const found = [], range = document.createRange();
    const add = (lines, element) => {
      for (const line of lines) {
        const rect = clipped(new DOMRect(line.left, line.top, line.right - line.left, line.bottom - line.top), element);
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
          if ([...range.getClientRects()].some(onScreen) && visible(node.parentElement)) add(linesOf(node, range), node.parentElement);
        }
      }
    };
    if (document.body) walk(document.body);
    return found;
  }

  // What a person could name here, for an error message.
  function candidates() {
    const roles = { A: "link", BUTTON: "button", SELECT: "combobox", TEXTAREA: "textbox", SUMMARY: "button" };
    const seen = [];
    for (const e of document.querySelectorAll("a[href], button, input, select, textarea, summary, [role], label, h1, h2, h3")) {
      if (!visible(e) || !onScreen(e.getBoundingClientRect())) continue;
      const label = e.labels?.[0] && plain(e.labels[0].innerText);
      const name = plain(e.getAttribute("aria-label") || label || e.innerText || e.value || e.placeholder || e.title || "").slice(0, 60);
      const role = e.getAttribute("role") || roles[e.tagName] || (e.tagName === "INPUT" ? `${e.type} field` : e.tagName.toLowerCase());
      if (name && e.tagName !== "LABEL") seen.push(`${role} "${name}"`);
    }
    return [...new Set(seen)].slice(0, 15);
  }

  // Scrolls by (0, distance) CSS px, eased; returns samples [epoch ms, text boxes] taken on the way.
  async function scrollSmoothly(element, distance) {
    const box = element && element.scrollHeight > element.clientHeight + 1 ? element : document.scrollingElement;
    const from = box.scrollTop, to = Math.max(0, Math.min(from + distance, box.scrollHeight - box.clientHeight));
    const length = 350 + 500 * Math.min(1, Math.abs(to - from) / 1000), samples = [];
    const begun = performance.now();
    for (let done = 0, sampled = 0; done < 1; ) {
      const now = await new Promise(requestAnimationFrame);
      done = Math.min(1, Math.max(0, now - begun) / length);
      const eased = done < 0.5 ? 4 * done ** 3 : 1 - (2 - 2 * done) ** 3 / 2;
      box.scrollTo({ top: from + (to - from) * eased, behavior: "instant" });
      if (now - sampled > 120 || done === 1) { sampled = now; samples.push([Date.now(), textBoxes()]); }
    }
    return samples;
  }

  // What a ring is drawn around: the thing itself, or only its words where nothing shows how far it reaches.
  function outline(element) {
    const style = getComputedStyle(element), range = document.createRange();
    const bare = style.backgroundColor === "rgba(0, 0, 0, 0)" && style.borderStyle === "none" && style.backgroundImage === "none";
    range.selectNodeContents(element);
    const words = range.getBoundingClientRect();
    return bare && words.width > 1 ? words : element.getBoundingClientRect();
  }

  let ring = null;

  function highlight(element, colour) {
    ring?.remove();
    ring = null;
    if (!element) return;
    const r = outline(element), room = 8;
    const left = Math.max(Math.min(4, r.left - 4), r.left - room), top = Math.max(Math.min(4, r.top - 4), r.top - room);
    const right = Math.min(innerWidth - 4, r.right + room), bottom = Math.min(innerHeight - 4, r.bottom + room);
    ring = document.createElement("div");
    ring.style.cssText = `position:fixed; z-index:2147483647; pointer-events:none; box-sizing:border-box; border-radius:8px;
      left:${left}px; top:${top}px; width:${right - left}px; height:${bottom - top}px;
      border:3px solid ${colour}; box-shadow:0 0 0 4px ${colour}33`;
    document.documentElement.append(ring);
    ring.animate([{ opacity: 0, transform: "scale(1.04)" }, { opacity: 1, transform: "none" }], { duration: 220, easing: "ease-out" });
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

  const pageText = () => document.body.innerText + "\n" +
    [...document.querySelectorAll("input, textarea, select")].filter(visible).map((f) => f.value).join("\n");

  Object.defineProperty(window, "lecternPage", { value: { textBoxes, candidates, scrollSmoothly, highlight, pageText, bodySize } });
})();
