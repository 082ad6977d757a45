#!/bin/sh
# Installs the real proxies into .differential/, which nothing else uses and which can be deleted at any time.
set -eu
cd "$(dirname "$0")/.."
python=${PYTHON:-python3}
marker=.differential/installed
if [ -e "$marker" ] && cmp -s differential/requirements.txt "$marker"; then exit 0; fi
echo "differential: needs $python (3.9 or later, with venv) and PyPI; installs into .differential/, about 350 MB:"
grep -v '^#' differential/requirements.txt | sed 's/^/  /'
"$python" -m venv .differential/venv
.differential/venv/bin/pip install --quiet --disable-pip-version-check -r differential/requirements.txt
cp differential/requirements.txt "$marker"
