#!/usr/bin/env bash
# Builds and runs all tests. Arguments go to `swift test`.
set -euo pipefail
cd "$(dirname "$0")/.."
swift build --build-tests --explicit-target-dependency-import-check error
exec swift test --skip-build "$@"
