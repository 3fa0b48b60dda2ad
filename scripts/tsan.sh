#!/usr/bin/env bash
# ThreadSanitizer over the tests of what runs at the same time. Arguments go to `swift test`.
set -euo pipefail
cd "$(dirname "$0")/.."
exec env TSAN_OPTIONS="halt_on_error=0 exitcode=66 ${TSAN_OPTIONS:-}" \
  swift test --sanitize=thread --scratch-path .build-tsan \
  --filter "${TSAN_TESTS:-PipelineKitTests|StageKitTests|DuplicatesPluginTests}" "$@"
