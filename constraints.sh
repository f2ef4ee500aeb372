#!/bin/sh
# Renew constraints.txt: the newest versions that pyproject.toml admits, resolved together in an environment of their own.
# torch stays where it is (a newer one brings several GB of CUDA): to move it, change the line below and try the result on a machine without a GPU.
set -eu
torch=torch==2.13.0
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "$torch" '.[dev]'
{
    echo "# Exact versions that are tested together. Made by constraints.sh; renew with: make constraints"
    "$folder/venv/bin/pip" freeze --exclude dateline --exclude torch --exclude pip --exclude setuptools
    echo "$torch"
} | LC_ALL=C sort -f >"$folder/constraints.txt"
mv "$folder/constraints.txt" constraints.txt
