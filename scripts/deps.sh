#!/usr/bin/env bash
# Installs what building weir needs from Debian and is not there yet; says so, and does nothing when all is there.
set -euo pipefail

packages=(
    libyaml-dev libpcap-dev libre2-dev pkg-config    # the libraries that weir reads YAML, captures and expressions with
    libzstd-dev                                      # and compressed traces, with zlib below
    binutils g++ libc6-dev zlib1g-dev                # a linker, and the C and C++ headers and start files Swift links with
    ca-certificates git                              # the package manager fetches sources with these
    libcurl4 libncurses6 libsqlite3-0 libxml2 tzdata # what the Swift tools themselves load
)

swift="${SWIFT:-swift}"
if ! command -v "$swift" >/dev/null; then
    echo "make: no $swift on PATH. weir needs Swift 6.3: https://www.swift.org/install/linux/" >&2
    exit 2
fi
if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    echo "make: not a Debian system, so nothing is installed here; weir needs what these packages hold: ${packages[*]}" >&2
    exit 0
fi

# Prints those of the packages that are not installed. A provider under another name counts (pkgconf for pkg-config).
missing() {
    local installed
    installed="$(dpkg-query --show --showformat='${db:Status-Status} ${Package} ${Provides}\n' | sed -n 's/^installed //p' |
        sed 's/([^)]*)//g' | tr -s ', ' '\n')"
    for package in "${packages[@]}"; do grep -qxF "$package" <<<"$installed" || echo "$package"; done
}

mapfile -t wanted < <(missing)
[ ${#wanted[@]} -gt 0 ] || exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
        echo "make: missing Debian packages, and no sudo to install them with. As root: apt-get install ${wanted[*]}" >&2
        exit 2
    fi
    as_root=(sudo)
fi

install() {
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet --no-install-recommends "${wanted[@]}"
}
refresh() {
    echo "make: fetching Debian's package lists"
    "${as_root[@]}" apt-get update --quiet
}

# The lists may be absent, as in a fresh container, or so old that they name versions the mirror no longer has.
echo "make: installing from Debian: ${wanted[*]}"
if ! apt-get install --simulate "${wanted[@]}" >/dev/null 2>&1; then
    refresh
    install
elif ! install; then
    refresh
    install
fi
