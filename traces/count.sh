#!/usr/bin/env bash
# Counts what is in a capture, by tshark: requests for each host, method and path, statuses, latency. README.md quotes it.
set -euo pipefail
capture="${1:-$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/storefront.pcap}"

fields() { tshark -r "$capture" -n -o tcp.desegment_tcp_streams:TRUE "$@" 2>/dev/null; }
tally() { sort | uniq -c | sort -k1,1nr -k2; }

echo "bytes: $(stat -c %s "$capture")"
echo "packets: $(fields | wc -l)"
echo "connections: $(fields -Y 'tcp.flags.syn == 1 and tcp.flags.ack == 0' | wc -l)"
# A pipelined segment holds several messages, which tshark prints with commas on one line.
echo "requests: $(fields -Y http.request -T fields -e http.request.method | tr ',' '\n' | grep -c .)"
echo "responses: $(fields -Y http.response -T fields -e http.response.code | tr ',' '\n' | grep -c .)"
echo "requests without a response: $(fields -2 -Y 'http.request and !http.response_in' | wc -l)"
echo; echo "requests by host"
fields -Y http.request -T fields -e http.host | tr ',' '\n' | tally
echo; echo "requests by method"
fields -Y http.request -T fields -e http.request.method | tr ',' '\n' | tally
echo; echo "requests by host and first segment of the path"
fields -Y http.request -T fields -e http.request.full_uri | tr ',' '\n' | sed -E 's|^http://([^/]*)(/[^/?]*).*|\1 \2|' | tally
echo; echo "responses by status"
fields -Y http.response -T fields -e http.response.code | tr ',' '\n' | tally
echo; echo "latency in seconds of the final responses (median, 90 %, 99 %, most)"
fields -Y 'http.response.code >= 200 and http.time' -T fields -e http.time | tr ',' '\n' | sort -g |
    awk '{ t[NR] = $1 } END { print t[int(NR / 2)], t[int(NR * 0.9)], t[int(NR * 0.99)], t[NR] }'
