// Shows a desktop of this machine: every pixel 1:1, without loss, without its pointer.
import RFB from "./novnc/novnc.js";

const RAW = 0, COPY = 1, TIGHT = 7;
const COMPRESSION = -256 + 1, SIZE = -223, LAST = -224, LARGE_SIZE = -308, CURSOR = -239, FENCE = -312, CONTINUOUS = -313;

class Lossless extends RFB {
  // No level of quality: with one, the server would send JPEG. With a cursor of our own it doesn't draw its.
  _sendEncodings() {
    RFB.messages.clientEncodings(this._sock, [
      COPY, TIGHT, RAW, COMPRESSION, SIZE, LAST, LARGE_SIZE, CURSOR, FENCE, CONTINUOUS,
    ]);
  }
}

const view = { state: "connecting", reason: "" };
window.lecternDesktop = view;

const address = new URL("websockify" + location.search, location.href);
address.protocol = "ws:";
const screen = new Lossless(document.getElementById("screen"), address.href, { shared: true });
screen.scaleViewport = false;
screen.resizeSession = false;
screen.focusOnClick = true;
screen.background = "#000";
screen.addEventListener("connect", () => {
  view.state = "connected";
  screen.focus();
});
screen.addEventListener("disconnect", () => {
  view.state = "lost";
});
screen.addEventListener("securityfailure", (event) => {
  view.reason = event.detail.reason;
});

// Lets the window with the focus fill the screen, by the key that Lectern's settings for openbox have for it (XF86Launch9).
view.fill = () => screen.sendKey(0x1008ff49, null);

// Types one character, whatever keyboard it is on (X11's keysyms: Latin-1 as it is, all else by its code point).
view.type = (character) => {
  const point = character.codePointAt(0);
  const named = { "\n": 0xff0d, "\t": 0xff09 };
  screen.sendKey(named[character] ?? (point < 0x100 ? point : 0x01000000 + point), null);
};
