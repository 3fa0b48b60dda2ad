#!/usr/bin/env bash
# Installs the Debian packages that building needs, if any is missing.
set -euo pipefail

packages=(libyaml-dev zlib1g-dev libdeflate-dev libcld2-dev pkg-config python3 python3-pip unzip)

if ! command -v dpkg-query >/dev/null; then
  echo "This is not Debian: install what corresponds to ${packages[*]} by hand." >&2
  exit 0
fi
missing=()
for package in "${packages[@]}"; do
  dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
done
# Python may be there without being Debian's.
if python3 -m pip --version >/dev/null 2>&1; then
  kept=()
  for package in "${missing[@]}"; do [[ $package == python3* ]] || kept+=("$package"); done
  missing=("${kept[@]}")
fi
[[ ${#missing[@]} -eq 0 ]] && exit 0

install="apt-get update -qq && apt-get install -y -qq --no-install-recommends ${missing[*]}"
if [[ $(id -u) -eq 0 ]]; then
  echo "Installing ${missing[*]}"
  DEBIAN_FRONTEND=noninteractive bash -c "$install"
elif command -v sudo >/dev/null; then
  echo "Installing ${missing[*]} (sudo may ask for your password)"
  sudo DEBIAN_FRONTEND=noninteractive bash -c "$install"
else
  echo "Packages are missing, and neither root nor sudo is at hand. As root, run:" >&2
  echo "  $install" >&2
  exit 1
fi
