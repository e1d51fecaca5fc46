#!/usr/bin/env bash
# Puts a real Blender 5.2 (the program, with its window) into DIR on Debian, whose stable release has none: a minimal root of
# Debian's unstable suite with Blender, Chromium, a virtual screen, software GL and what takes pictures of it.
#
#   real_blender.sh DIR            makes it, or uses the one that is there (once: about 90 s and 1.9 GB; root, debootstrap)
#   chroot DIR blender --version   runs it; /tmp is shared with it
#
# Exit code 75: the archive can't install Blender today, by apt's own word; what apt said is on stderr. Any other failure is
# a failure. Its Python is Debian's 3.14.
set -euo pipefail
dir=${1:?a folder}
log=$dir.log
unavailable=75

main() {
  [ -e "$dir/.complete" ] || install
  share
  chroot "$dir" blender --version | head -1
}

install() {
  need_root_and_debootstrap
  rm -rf --one-file-system "$dir"
  mkdir -p "$(dirname "$dir")"
  debootstrap --variant=minbase --include=ca-certificates sid "$dir" "$(mirror)" >"$log" 2>&1 || archive_fault
  cp /etc/resolv.conf /etc/hosts "$dir/etc/" 2>/dev/null || true
  mount_once proc
  chroot "$dir" sh -c 'export DEBIAN_FRONTEND=noninteractive
    apt-get -o Acquire::Check-Valid-Until=false update -q &&
    apt-get install -y -q --no-install-recommends blender python3-cattr python3-requests python3-zstandard python3-numpy \
      xvfb libgl1-mesa-dri libegl1 imagemagick xdotool x11-utils chromium-headless-shell fonts-dejavu-core git \
    ' >>"$log" 2>&1 || archive_fault
  ln -sf ../../bin/chromium-headless-shell "$dir/usr/local/bin/chromium"
  touch "$dir/.complete"
}

need_root_and_debootstrap() {
  [ "$(id -u)" = 0 ] || { echo "real_blender.sh: only root can make a Debian root; or set LECTERN_BLENDER to a Blender 5.2" >&2; exit 1; }
  command -v debootstrap >/dev/null || { apt-get update -q && apt-get install -y -q debootstrap; } >&2
}

mirror() {
  awk '/^URIs:/{print $2; exit} /^deb /{print $2; exit}' \
    /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list 2>/dev/null | head -1 | grep . || echo http://deb.debian.org/debian
}

# Tells the archive's fault (packages that don't fit together, a mirror that doesn't answer) from every other.
archive_fault() {
  tail -15 "$log" >&2
  grep -qE 'unmet dependencies|held broken packages|Unable to locate package|has no installation candidate|Unsatisfied dependencies|Failed to fetch|Hash Sum mismatch' "$log" && exit $unavailable
  exit 1
}

share() { for m in proc dev tmp; do mount_once "$m"; done; }

mount_once() { mountpoint -q "$dir/$1" || mount --bind "/$1" "$dir/$1"; }

main
