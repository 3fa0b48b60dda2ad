#!/usr/bin/env bash
# Pipeline files or bundles by libFuzzer, under AddressSanitizer: scripts/fuzz.sh [pipelines|bundles] [RUNS], pipelines and
# 100,000 by default. Pipelines begin with those of this repository and of its tests, bundles with Tests/FuzzBundles/corpus;
# what crashed or hung lies in .build-fuzz/findings, and is run again with .build-fuzz/release/fuzz-bundles FILE.
set -euo pipefail
cd "$(dirname "$0")/.."
target=pipelines
case ${1:-} in pipelines | bundles) target=$1; shift ;; esac
runs=${1:-100000}
clang=$(dirname "$(readlink -f "$(command -v swift)")")/clang
library=$("$clang" -print-resource-dir)/lib/linux/libclang_rt.fuzzer_no_main-$(uname -m).a
[ -f "$library" ] || { echo "the toolchain has no libFuzzer: $library" >&2; exit 1; }

TOOLKIT_FUZZ=1 swift build -c release --product "fuzz-$target" --scratch-path .build-fuzz --sanitize=address \
  -Xswiftc -sanitize-coverage=edge,inline-8bit-counters,pc-table,trace-cmp \
  -Xlinker "$library" -Xlinker -lstdc++ 2> >(grep -v 'Cannot export local symbol' >&2)

mkdir -p .build-fuzz/findings
if [ "$target" = bundles ]; then
  mkdir -p .build-fuzz/corpus-bundles
  printf '"%s"\n' 'PK\x01\x02' 'PK\x03\x04' 'PK\x05\x06' 'PK\x06\x06' 'PK\x06\x07' '\xff\xff\xff\xff' \
    documents/part-00001.jsonl index/part-00001.jsonl index.json datapackage.json signatures/a.sig \
    '{\"id\":\"' '\"offset\":' '\"length\":' '{\"version\":2,' '{\"version\":3,' index/part-00001.json \
    '{\"parts\":[' '\"gaps\":[' '\"lengths\":[' '\"hashes\":\"' '\"ids\":[' > .build-fuzz/words-bundles
  # Leaks are looked for once, at the end: after each input that takes three quarters of the time.
  export ASAN_OPTIONS="detect_leaks=1 ${ASAN_OPTIONS:-}" SWIFT_BACKTRACE=enable=no
  exec .build-fuzz/release/fuzz-bundles -runs="$runs" -seed="${SEED:-1}" -max_len=8192 -timeout=10 -rss_limit_mb=2048 \
    -detect_leaks=0 -dict=.build-fuzz/words-bundles -artifact_prefix=.build-fuzz/findings/ -print_final_stats=1 \
    .build-fuzz/corpus-bundles Tests/FuzzBundles/corpus
fi

seeds=.build-fuzz/seeds
mkdir -p "$seeds" .build-fuzz/corpus
cp pipelines/*.yaml "$seeds/"
# What stands in the tests between three quotes and begins like a pipeline.
python3 - "$seeds" <<'PYTHON'
import pathlib, re, sys, textwrap
number = 0
for file in sorted(pathlib.Path("Tests").rglob("*.swift")):
    for text in re.findall(r'"""\n(.*?)\n\s*"""', file.read_text(), re.S):
        text = textwrap.dedent(text)
        if text.startswith("version:"):
            pathlib.Path(sys.argv[1], f"test-{number:03}.yaml").write_text(text + "\n")
            number += 1
PYTHON

# Words of the format help the fuzzer past the first checks.
printf '"%s"\n' version: stages: "- use: " "with: " "when: " timeout: workers: on-error: retries: max-quarantine: \
  tests: expect: documents: read-files detect-language find-duplicates group-stories summarize export write-bundle \
  '${NAME:-x}' '{date}' '&a ' '*a' '<<: ' '? ' '|-' '!!str ' > .build-fuzz/words
export ASAN_OPTIONS="detect_leaks=0 ${ASAN_OPTIONS:-}" SWIFT_BACKTRACE=enable=no
exec .build-fuzz/release/fuzz-pipelines -runs="$runs" -seed="${SEED:-1}" -max_len=4096 -timeout=10 -rss_limit_mb=2048 \
  -dict=.build-fuzz/words -artifact_prefix=.build-fuzz/findings/ -print_final_stats=1 .build-fuzz/corpus "$seeds"
