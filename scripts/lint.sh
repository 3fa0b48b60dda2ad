#!/usr/bin/env bash
# Style, and what must never be committed.
set -euo pipefail
cd "$(dirname "$0")/.."
swift format lint --strict --recursive Package.swift Sources Plugins Tests
fault=0
complain() {
  echo "$1" >&2
  fault=1
}
# Nothing that comes from outside may crash us.
if grep -rnE '\btry!|\bas!|fatalError\(|unsafelyUnwrapped' --include='*.swift' Sources Plugins; then
  complain "a crash waits in the lines above"
fi
if git ls-files | grep -E '(^|/)(\.build|Package\.resolved)'; then complain "build products are tracked"; fi
exit $fault
