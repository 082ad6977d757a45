#!/usr/bin/env bash
# A proxy can embed Routing only as long as it needs nothing else: the standard library and the regular expressions.
# And no module imports one that stands below it in docs/architecture.md.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

imports() { # FOLDER: the modules that its sources import
    grep -rhE '^((public|internal|package|private|fileprivate|@[a-zA-Z_]+)[[:space:]]+)*import[[:space:]]' "$1" |
        sed -E 's/.*import[[:space:]]+((struct|class|enum|protocol|func|var|let|typealias)[[:space:]]+)?([A-Za-z0-9_]+).*/\3/' |
        sort -u
}

failed=0
for module in $(imports Sources/Routing); do
    if [ "$module" != CRE2 ]; then
        echo "Sources/Routing imports $module; it may import CRE2 alone" >&2
        failed=1
    fi
done

# The table's order, read from the table itself.
rooms=$(sed -n 's/^| \(`[^|]*`\) |.*/\1/p' docs/architecture.md | tr -d '`,')
above=" "
for room in $rooms; do
    if [ -n "$(find "Sources/$room" -name "*.swift" -print -quit 2> /dev/null)" ]; then
        for module in $(imports "Sources/$room"); do
            if [ -d "Sources/$module" ] && [[ "$above" != *" $module "* ]]; then
                echo "Sources/$room imports $module, which does not stand above it in docs/architecture.md" >&2
                failed=1
            fi
        done
    fi
    above+="$room "
done
for folder in Sources/*/; do
    room=$(basename "$folder")
    if [[ "$above" != *" $room "* ]]; then
        echo "Sources/$room has no row in docs/architecture.md" >&2
        failed=1
    fi
done
exit $failed
