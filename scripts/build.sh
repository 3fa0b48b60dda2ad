#!/usr/bin/env bash
# Builds the program for use: optimised, and with Swift's own libraries inside, so that it runs without the toolchain.
set -euo pipefail
cd "$(dirname "$0")/.."
exec swift build --configuration release --static-swift-stdlib --product toolkit \
  --explicit-target-dependency-import-check error
