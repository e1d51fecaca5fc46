#!/bin/sh
# Makes the virtual environment $1 with Python 3.13 and Lectern in it. Python is found as python3.13, through pyenv, or
# through uv; Blender's module (bpy 5.2) needs exactly 3.13.
set -eu
venv=$1
python_of() {
  for candidate in python3.13 "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.13*/bin/python3.13; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 13))' 2>/dev/null; then echo "$candidate"; return; fi
  done
}
python=$(python_of)
if [ -z "$python" ] && command -v uv >/dev/null; then
  uv python install 3.13
  python=$(uv python find 3.13)
fi
if [ -z "$python" ]; then
  echo "Lectern needs Python 3.13 (Blender's module is built for it). Install it with your system's packages, with" >&2
  echo "pyenv (pyenv install 3.13) or with uv (uv python install 3.13), then run this again." >&2
  exit 1
fi
[ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check -e ".[blender,test,lint]"
