// Before a page's own scripts, where its time passes frame by frame: one clock, that begins with the first frame.
(() => {
  if (window.lecternBegin) return;
  const { setTimeout: timeout, setInterval: interval, requestAnimationFrame: frame, clearTimeout: clear } = window;
  const now = performance.now.bind(performance), RealDate = Date;
  const EPOCH = 1700000000000;
  let zero = null, zeroFrame = 0, held = [], numbers = 1e9;
  const cancelled = new Set();
  // Differences are rounded, never the times: those have a fraction of their own on every run, and a jitter. Frames lie a fifth
  // of a millisecond after the timers that are due with them, so that no chance decides which comes first.
  const time = () => (zero === null ? 0 : Math.max(0, Math.floor(now() - zero + 0.25)));
  const timeOf = (t) => Math.max(0, Math.round(t - zeroFrame));

  performance.now = () => time();
  window.Date = class Date extends RealDate {
    constructor(...given) { given.length ? super(...given) : super(EPOCH + time()); }
    static now() { return EPOCH + time(); }
  };

  // What is asked for while the page loads happens once its time has begun.
  const waiting = (start) => (...given) => {
    if (zero !== null) return start(...given);
    const number = numbers++;
    held.push(() => cancelled.has(number) || (numbersOf[number] = start(...given)));
    return number;
  };
  const numbersOf = {};
  const ending = (end) => (number) => { cancelled.add(number); end(numbersOf[number] ?? number); };
  window.setTimeout = waiting((...given) => timeout(...given));
  window.setInterval = waiting((...given) => interval(...given));
  window.clearTimeout = window.clearInterval = ending(clear.bind(window));
  const cancel = window.cancelAnimationFrame.bind(window);
  // A picture that is taken of a frame afterwards is no frame of its own.
  let last = -1;
  const inNextFrame = (call) => {
    const asked = last;
    const number = frame(function run(t) {
      if (timeOf(t) === asked) return void (numbersOf[number] = frame(run));
      last = timeOf(t);
      call(last);
    });
    return number;
  };
  let begins = false;  // in the very first frame, what asked for a frame gets this one
  window.requestAnimationFrame = waiting((call) => {
    if (!begins) return inNextFrame(call);
    begins = false;
    return call(0), 0;
  });
  window.cancelAnimationFrame = ending(cancel);
  window.requestIdleCallback = (call) => window.setTimeout(() => call({ didTimeout: false, timeRemaining: () => 10 }), 1);

  let seed = LECTERN_SEED >>> 0;
  Math.random = () => { seed = (seed * 1664525 + 1013904223) >>> 0; return seed / 4294967296; };

  // Nothing moves by style sheets either until time begins.
  const still = new CSSStyleSheet();
  still.replaceSync("*, *::before, *::after { animation: none !important; transition: none !important; }");
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, still];

  window.lecternBegin = () => frame((t) => {
    zero = now();
    zeroFrame = t;
    last = 0;
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== still);
    const first = held;
    held = [];
    for (const start of first) {
      begins = true;
      start();
    }
    begins = false;
    window.dispatchEvent(new Event("lectern:begin"));
  });
})();
