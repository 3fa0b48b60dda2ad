#!/usr/bin/env bash
# ThreadSanitizer over the tests: all of them, or those that TSAN_TESTS names. Arguments go to `swift test`.
# Without FaultTests: their limits on time and on the size of files stop the sanitizer itself.
set -euo pipefail
cd "$(dirname "$0")/.."
build=.build-tsan
swift build --build-tests --sanitize=thread --scratch-path "$build"

# Without this, what a contended Mutex guards is reported as a race.
clang=$(dirname "$(readlink -f "$(command -v swift)")")/clang
"$clang" -shared -fPIC -O1 -o "$build/mutex.so" Tests/ThreadSanitizer/mutex.c
export TSAN_OPTIONS="halt_on_error=0 exitcode=66 ${TSAN_OPTIONS:-}" LD_PRELOAD="$PWD/$build/mutex.so"
exec swift test --skip-build --sanitize=thread --scratch-path "$build" --filter "${TSAN_TESTS:-.}" \
  --skip EndToEndTests.FaultTests "$@"
