// What a clip finds when its own scripts begin: the author's values, the theme, the marks. See docs/writing.md, "clip".
(() => {
  if (window.lectern) return;
  const given = LECTERN_CLIP, faces = [];
  let waiting = 0;

  // Values that are not there are an error that says so, not an "undefined" on the screen.
  const known = (values, what) => new Proxy(Object.freeze(values), {
    get(target, key) {
      if (typeof key === "symbol" || key in target || key === "toJSON" || key === "then") return target[key];
      throw new ReferenceError(`there is no ${what} "${key}"; there are: ${Object.keys(target).join(", ") || "none"}`);
    },
  });

  const at = (mark) => (typeof mark === "number" ? mark : Math.max(0, lectern.marks[mark]));
  window.lectern = Object.freeze({
    ...given, at,
    with: known(given.with, "value"),
    marks: known(given.marks, "mark"),
    theme: known(given.theme, "colour"),
    get: (name, otherwise = "") => given.with[name] ?? otherwise,
    // The clip does not begin before `promise` is settled.
    wait: (promise) => { waiting++; promise.finally(() => waiting--); return promise; },
    letters: () => Promise.all(faces.map((face) => face.load())),
    // From when on something has to move for it to be seen in the frame of its mark.
    starts: (mark) => Math.max(0, at(mark) - 0.03),
  });

  const kebab = (name) => name.replace(/[A-Z]/g, (letter) => "-" + letter.toLowerCase()).replaceAll("_", "-");
  const properties = [
    ...Object.entries(given.theme).map(([name, value]) => [kebab(name), value]),
    ...Object.entries(given.fonts).map(([name]) => [name, `"Lectern ${name}", ${name === "mono" ? "monospace" : "sans-serif"}`]),
    ...Object.entries(given.marks).map(([name, time]) => [`mark-${name}`, `${lectern.starts(time)}s`]),
    ...Object.entries(given.with).filter(([, value]) => typeof value !== "object").map(
      ([name, value]) => [`with-${name}`, typeof value === "number" ? value : JSON.stringify(value)]),
    ["seconds", `${given.seconds}s`], ["width", `${given.width}px`], ["height", `${given.height}px`], ["unit", `${given.unit}px`],
  ];
  const base = new CSSStyleSheet();
  base.replaceSync(`@layer lectern {
    :root { ${properties.map(([name, value]) => `--${name}: ${value};`).join(" ")} }
    html, body { margin: 0; width: 100%; height: 100%; overflow: hidden; background: transparent; }
    body { color: var(--text); font: 400 calc(40 * var(--unit)) / 1.4 var(--sans); -webkit-font-smoothing: antialiased; }
    [data-at] { animation: lectern-rise 0.5s cubic-bezier(0.2, 0.7, 0.2, 1) both; animation-delay: var(--at, 0s); }
    @keyframes lectern-rise { from { opacity: 0; transform: translateY(calc(18 * var(--unit))); } }
  }`);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, base];

  for (const [name, weights] of Object.entries(given.fonts)) {
    for (const [weight, file] of Object.entries(weights)) {
      const face = new FontFace(`Lectern ${name}`, `url("https://lectern/fonts/${file}")`, { weight });
      document.fonts.add(face);
      faces.push(face);
    }
  }
  lectern.wait(lectern.letters());

  // `data-with="title"` is filled with that value, `data-at="init"` comes with that mark.
  document.addEventListener("DOMContentLoaded", () => {
    for (const e of document.querySelectorAll("[data-with]")) e.textContent = lectern.with[e.dataset.with];
    for (const e of document.querySelectorAll("[data-at]")) e.style.setProperty("--at", `${lectern.starts(numeric(e.dataset.at))}s`);
  });
  const numeric = (text) => (/^[\d.]+$/.test(text) ? Number(text) : text);

  // Words, and what asks not to be covered: [text, left, top, width, height].
  function boxes() {
    const kept = [...document.querySelectorAll("[data-keep]")].filter((e) => e.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true }));
    return [...lecternPage.textBoxes(), ...kept.map((e) => {
      const r = e.getBoundingClientRect();
      return [e.getAttribute("aria-label") || "picture", r.x, r.y, r.width, r.height];
    })];
  }

  Object.defineProperty(window, "lecternClip", { value: { boxes, ready: () => waiting === 0 } });
})();
