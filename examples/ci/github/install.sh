#!/bin/sh
# Installs tk for the steps that follow: the program in SOURCE, with the dependencies that its lock file
# names, into a folder of its own.
#
# SOURCE       the top level of plaintickets
# FOLDER       where to install
# PYTHON       the Python to use (python3)
# GITHUB_PATH  as GitHub sets it
set -eu

python=${PYTHON:-python3}
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo "::error title=plaintickets::needs Python 3.11 or newer; put actions/setup-python before it"
    exit 2
fi
"$python" -m venv "$FOLDER"
bin=$FOLDER/bin
[ -d "$bin" ] || bin=$FOLDER/Scripts
"$bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$SOURCE/requirements.lock"
"$bin/python" -m pip install --quiet --disable-pip-version-check --no-deps "$SOURCE"
"$bin/tk" --version
echo "$bin" >>"$GITHUB_PATH"
