#!/bin/sh
# Installs what pip can't: Chromium (to record pages and terminals) and git (the example films use it), with Debian's
# or Ubuntu's packages. Elsewhere, or without root, says what to install.
set -eu
missing=""
for browser in chromium chromium-browser google-chrome google-chrome-stable microsoft-edge; do
  if command -v "$browser" >/dev/null; then found=$browser; break; fi
done
[ -n "${found:-}" ] || [ -d "/Applications/Google Chrome.app" ] || [ -d "/Applications/Chromium.app" ] || missing="chromium"
# Html clips and deterministic pages are drawn frame by frame, which only this Chromium can.
if grep -qs '^ID=debian' /etc/os-release; then command -v chromium-headless-shell >/dev/null || missing="$missing chromium-headless-shell"; fi
command -v git >/dev/null || missing="$missing git"
# Shells and programs that are filmed, and what terminals are locked up with.
for program in zsh fish vim htop less; do command -v $program >/dev/null || missing="$missing $program"; done
command -v bwrap >/dev/null || missing="$missing bubblewrap"
# A desktop of its own, programs on it, and what reads the text on it.
for program in openbox mousepad xterm; do command -v $program >/dev/null || missing="$missing $program"; done
command -v Xtigervnc >/dev/null || missing="$missing tigervnc-standalone-server"
command -v tesseract >/dev/null || missing="$missing tesseract-ocr"
command -v dbus-run-session >/dev/null || missing="$missing dbus"
# Letters for web pages and terminals, and what Blender's module draws with even without a screen.
if command -v dpkg >/dev/null; then
  for library in fontconfig fonts-liberation fonts-wqy-zenhei fonts-noto-color-emoji libxrender1 libxxf86vm1 libxfixes3 libxi6 libxkbcommon0 libsm6 libice6 libgl1 libegl1; do
    dpkg -s "$library" >/dev/null 2>&1 || missing="$missing $library"
  done
fi
[ -n "$missing" ] || exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Installing$(echo " $missing" | tr -s ' ')"
  apt-get update -qq
  # shellcheck disable=SC2086 — one word a package
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
else
  echo "Lectern needs:$missing. Install them (Debian, Ubuntu: sudo apt install$missing; macOS: brew install --cask chromium;" >&2
  echo "Windows: Google Chrome or Edge is enough), then run this again. 'lectern doctor' looks at everything." >&2
  exit 1
fi
