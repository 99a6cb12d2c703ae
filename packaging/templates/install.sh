#!/bin/sh
# Installs tk @VERSION@ for one user, from the files beside this script: @WHEEL@ and requirements.lock.
# Only the dependencies are fetched, by pip, with the hashes of requirements.lock.
#
# PREFIX  where to install ($HOME/.local)
# PYTHON  the Python to use, 3.11 or newer (python3)
set -eu

version='@VERSION@'
wheel='@WHEEL@'
sha256='@WHEEL_SHA256@'
here=$(cd "$(dirname "$0")" && pwd)
prefix=${PREFIX:-$HOME/.local}
python=${PYTHON:-python3}
folder=$prefix/share/plaintickets/$version

fail() {
    echo "install.sh: $1" >&2
    exit 1
}

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || fail "$python is not Python 3.11 or newer; set PYTHON"
[ -f "$here/$wheel" ] || fail "$wheel is not beside this script"
[ -f "$here/requirements.lock" ] || fail "requirements.lock is not beside this script"
found=$("$python" -c 'import hashlib, sys; print(hashlib.sha256(open(sys.argv[1], "rb").read()).hexdigest())' "$here/$wheel")
[ "$found" = "$sha256" ] || fail "$wheel is not the file that was released: its SHA-256 is $found"
[ ! -e "$folder" ] || fail "$folder exists; remove it first"

trap 'rm -rf "$folder"' EXIT
"$python" -m venv "$folder"
"$folder/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$here/requirements.lock"
"$folder/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps "$here/$wheel"
"$folder/bin/tk" --version
trap - EXIT

mkdir -p "$prefix/bin" "$prefix/share/man/man1"
ln -sf "$folder/bin/tk" "$prefix/bin/tk"
ln -sf "$folder"/share/man/man1/tk*.1 "$prefix/share/man/man1/"
case ":$PATH:" in
*":$prefix/bin:"*) ;;
*) echo "put $prefix/bin on your PATH" ;;
esac
