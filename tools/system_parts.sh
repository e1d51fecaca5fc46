#!/bin/sh
# Installs what pip can't, with Debian's or Ubuntu's packages.
#
#     tools/system_parts.sh         what films need: Chromium, git (for the example films), fonts
#     tools/system_parts.sh tests   what only desktop captures and the tests need: ffmpeg, programs to film, TigerVNC, Tesseract …
#
# Without root or apt, it says what to install. Only what films need is then an error; the tests' programs are a note.
set -eu
missing=""
need_program() { command -v "$1" >/dev/null || missing="$missing ${2:-$1}"; }
need_package() { ! command -v dpkg >/dev/null || dpkg -s "$1" >/dev/null 2>&1 || missing="$missing $1"; }

films() {
  found=""
  for browser in chromium chromium-browser google-chrome google-chrome-stable microsoft-edge; do
    ! command -v "$browser" >/dev/null || found=$browser
  done
  [ -n "$found" ] || [ -d "/Applications/Google Chrome.app" ] || [ -d "/Applications/Chromium.app" ] || missing=" chromium"
  # Html clips and deterministic pages are drawn frame by frame, which only this Chromium can.
  if grep -qs '^ID=debian' /etc/os-release; then need_program chromium-headless-shell; fi
  need_program git
  need_program less
  # Fonts for web pages, terminals and other scripts, FriBiDi to order those, and the libraries that Blender's module loads even without a screen.
  for package in fontconfig fonts-liberation fonts-wqy-zenhei fonts-noto-color-emoji libfribidi0 \
    libxrender1 libxxf86vm1 libxfixes3 libxi6 libxkbcommon0 libsm6 libice6 libgl1 libegl1; do need_package "$package"; done
}

tests() {
  # Judges of films and sounds, ffmpeg and ffprobe.
  need_program ffprobe ffmpeg
  # Shells and programs that the tests film, and the sandbox for terminals.
  for program in zsh fish vim htop; do need_program "$program"; done
  need_program bwrap bubblewrap
  # A desktop of its own, programs on it, and what reads the text on it.
  for program in openbox mousepad xterm; do need_program "$program"; done
  need_package libgtk-4-1  # for tests/e2e/gtk4_adder.py
  need_program Xtigervnc tigervnc-standalone-server
  need_program websockify
  need_program tesseract tesseract-ocr
  need_program dbus-run-session dbus
  # A root of Debian's unstable suite, for a Blender with a window (tests/e2e/real_blender.sh).
  if [ "$(id -u)" = 0 ] && grep -qs '^ID=debian' /etc/os-release; then need_program debootstrap; fi
}

part=${1:-films}
"$part"
[ -n "$missing" ] || exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Installing$(echo " $missing" | tr -s ' ')"
  apt-get update -qq
  # shellcheck disable=SC2086 — one word a package
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
elif [ "$part" = films ]; then
  echo "Lectern needs:$missing. Install them (Debian, Ubuntu: sudo apt install$missing; macOS: brew install --cask chromium;" >&2
  echo "Windows: Google Chrome or Edge is enough), then run this again. 'lectern doctor' checks everything." >&2
  exit 1
else
  echo "Some tests will fail without:$missing (Debian, Ubuntu: sudo apt install$missing)." >&2
fi
