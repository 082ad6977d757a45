#!/usr/bin/env bash
# Records traces/storefront.pcap: real clients against a real nginx, on loopback alone, in about 70 seconds.
#
#   traces/record.sh [OUTPUT]          needs nginx, tcpdump, curl, wrk, python3, tshark, and the right to capture (root)
#
# It installs nothing, writes to a temporary folder and to OUTPUT only, and stops everything that it started. A capture
# of real time is never the same twice: after a new recording, update the counts in README.md from what this prints.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
output="${1:-$here/storefront.pcap}"
edge_port=8080       # what the clients speak to, and the port of the Gateway's listeners in scenarios/storefront-canary
upstream_port=8081   # what nginx proxies to; not captured
seconds=60           # how long the shoppers shop
rate=46              # their requests a second

fail() { echo "record.sh: $*" >&2; exit 2; }

PATH="$PATH:/usr/sbin:/sbin"
missing=()
for tool in nginx tcpdump curl wrk python3 tshark timeout; do
    command -v "$tool" >/dev/null || missing+=("$tool")
done
[ ${#missing[@]} -eq 0 ] || fail "missing: ${missing[*]} (Debian: apt-get install nginx-light tcpdump curl wrk python3 tshark)"
[ "$(id -u)" -eq 0 ] || fail "capturing on loopback needs root"
for port in $edge_port $upstream_port; do
    if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then fail "port $port of 127.0.0.1 is taken"; fi
done

work="$(mktemp -d)"
chmod 711 "$work"    # nginx's workers, which are not root, must reach the files
pids=()
stop() {
    trap - EXIT INT TERM
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
    wait 2>/dev/null || true
    rm -rf "$work"
}
trap stop EXIT
trap 'exit 130' INT TERM

await() {            # await WHAT COMMAND...: tries the command for up to five seconds
    local what="$1"; shift
    for _ in $(seq 50); do
        if "$@" 2>/dev/null; then return; fi
        sleep 0.1
    done
    fail "$what did not come up; its log: $(tail -n 5 "$work"/*.log 2>/dev/null)"
}
listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# The server: nginx at the edge, a small application behind it that sleeps and fails as real ones do.
mkdir -p "$work/site/static" "$work/nginx"
python3 - "$work/site/static" <<'PYTHON'
import pathlib, sys
folder = pathlib.Path(sys.argv[1])
(folder / "site.css").write_text("body { margin: 0; font: 16px/1.4 sans-serif }\n" * 6)
(folder / "shop.js").write_text("document.documentElement.classList.add('ready');\n" * 10)
(folder / "logo.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 8'><path d='M0 4h8'/></svg>\n")
(folder / "catalogue.json").write_text("[" + ",".join(f'{{"item":{n},"price":{n * 7 % 90}}}' for n in range(900)) + "]\n")
PYTHON
sed -e "s|@WORK@|$work|g" -e "s|@EDGE@|$edge_port|g" -e "s|@UPSTREAM@|$upstream_port|g" \
    "$here/recorder/nginx.conf" >"$work/nginx.conf"

timeout 180 python3 "$here/recorder/upstream.py" "$upstream_port" >"$work/upstream.log" 2>&1 &
pids+=($!)
timeout 180 nginx -p "$work" -c "$work/nginx.conf" -e "$work/error.log" &
pids+=($!)
await "the upstream" listens $upstream_port
await "nginx" listens $edge_port

# The capture. -Z keeps tcpdump from changing to a user who may not write here; nanoseconds, because loopback is fast.
timeout 180 tcpdump -i lo -s 0 -B 16384 --time-stamp-precision=nano -Z "$(id -un)" -w "$work/capture.pcap" \
    "host 127.0.0.1 and tcp port $edge_port" 2>"$work/tcpdump.log" &
capture=$!
pids+=("$capture")
await "tcpdump" grep -q "listening on" "$work/tcpdump.log"

# The clients: shoppers arrive by themselves all along; beside them curl in many forms, and a short burst of wrk.
echo "recording for about $((seconds + 5)) seconds"
timeout 120 python3 "$here/recorder/shoppers.py" "$edge_port" "$rate" "$seconds" &
shoppers=$!
pids+=("$shoppers")
timeout 120 bash "$here/recorder/curls.sh" "$edge_port" "$((seconds - 5))" "$work" &
curls=$!
pids+=("$curls")
sleep $((seconds / 2))
timeout 30 wrk -t1 -c2 -d2s -s "$here/recorder/burst.lua" "http://127.0.0.1:$edge_port" >"$work/wrk.log"
wait "$shoppers" || fail "the shoppers failed"
wait "$curls" || fail "the curls failed"
sleep 2              # tcpdump gets its packets in blocks, each up to a second late

kill -INT "$capture"
wait "$capture" || true
grep -q "^0 packets dropped by kernel" "$work/tcpdump.log" || fail "tcpdump lost packets: $(tail -n 3 "$work/tcpdump.log")"
"$here/count.sh" "$work/capture.pcap" >"$work/counts"
served="$(wc -l <"$work/access.log")"
grep -qx "requests: $served" "$work/counts" || fail "nginx logged $served requests, the capture has $(grep ^requests: "$work/counts")"
mv "$work/capture.pcap" "$output"
chmod 644 "$output"
echo "nginx's own count of requests agrees"
cat "$work/counts"
