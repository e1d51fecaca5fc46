#!/usr/bin/env bash
# A real Blender 5.2 (the program, with its window) on Debian, whose stable release has none: a minimal root of Debian's
# unstable suite in DIR with Blender, Chromium, a virtual screen, software GL and what takes pictures of it.
#
#   real_blender.sh DIR               makes it, or does nothing if it is there (once: two minutes, 1.9 GB; root, debootstrap)
#   real_blender.sh DIR COMMAND ...   runs a command in it; it sees this machine's /tmp
#
# What it sees of this machine is mounted for the command alone and gone with it, so DIR can be deleted like any folder.
# One process installs at a time; others wait for it. What an interrupted installation has left is deleted and made again.
# Exit code 75: the archive can't install Blender today, by apt's own word; what apt said is on stderr. Every other failure
# is a failure. Its Python is Debian's 3.14.
set -euo pipefail
dir=$(realpath -m "${1:?a folder}")
log=$dir.log
unavailable=75
shift

main() {
  [ -e "$dir/.complete" ] || (install)
  [ $# = 0 ] || inside "$@"
}

# The lock is that of the file 9, which all that installs inherits: it ends with the last of them, whoever is killed.
install() {
  need_root_and_debootstrap
  mkdir -p "$(dirname "$dir")"
  exec 9>"$dir.lock"
  flock 9
  [ ! -e "$dir/.complete" ] || return 0
  unmount
  rm -rf --one-file-system "$dir"
  unshare --mount --propagation private debootstrap --variant=minbase --include=ca-certificates sid "$dir" "$(mirror)" \
    >"$log" 2>&1 || archive_fault
  cp /etc/resolv.conf /etc/hosts "$dir/etc/" 2>/dev/null || true
  echo force-unsafe-io >"$dir/etc/dpkg/dpkg.cfg.d/unsafe-io"
  (inside sh -c 'export DEBIAN_FRONTEND=noninteractive
    apt-get -o Acquire::Check-Valid-Until=false update -q &&
    apt-get install -y -q --no-install-recommends blender python3-cattr python3-requests python3-zstandard python3-numpy \
      xvfb libgl1-mesa-dri libegl1 imagemagick xdotool x11-utils chromium-headless-shell fonts-dejavu-core git &&
    apt-get clean') >>"$log" 2>&1 || archive_fault
  ln -sf ../../bin/chromium-headless-shell "$dir/usr/local/bin/chromium"
  touch "$dir/.complete"
}

# Becomes the command, in a mount space of its own.
inside() {
  exec unshare --mount --propagation private sh -c '
    dir=$1; shift
    for m in proc dev tmp; do mount --rbind "/$m" "$dir/$m"; done
    exec chroot "$dir" "$@"' sh "$dir" "$@"
}

need_root_and_debootstrap() {
  [ "$(id -u)" = 0 ] || fail "only root can make a Debian root; or set LECTERN_BLENDER to a Blender 5.2"
  command -v debootstrap >/dev/null || fail "debootstrap is missing: tools/system_parts.sh tests installs it"
}

# Whatever is mounted in it belongs to the machine and must not be deleted with it.
unmount() {
  awk -v within="$dir/" 'index($2, within) == 1 {print $2}' /proc/mounts | sort -r | while read -r place; do
    umount "$place" || fail "something is mounted at $place"
  done
}

mirror() {
  cat /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list 2>/dev/null |
    awk '/^URIs:/{print $2; found=1; exit} /^deb /{print $2; found=1; exit} END{if (!found) print "http://deb.debian.org/debian"}'
}

# Tells the archive's fault (packages that don't fit together, a mirror that doesn't answer) from every other.
archive_fault() {
  tail -15 "$log" >&2
  local says='unmet dependencies|held broken packages|Unable to locate package|has no installation candidate'
  says="$says|Unsatisfied dependencies|Failed to fetch|Hash Sum mismatch|Couldn't download"
  ! grep -qE "$says" "$log" || exit $unavailable
  exit 1
}

fail() { echo "real_blender.sh: $1" >&2; exit 1; }

main "$@"
