#!/usr/bin/env python3
"""Read captures with weir and with tshark, and compare the requests found.

    scripts/compare-with-tshark.py [--weir BIN] [--keylog FILE] CAPTURE...

For each capture the multisets of (method, host, path, HTTP version) must be equal. tshark has quirks of its own (pipelining,
gaps, ports that are registered for another protocol), so a difference is a place to look, not a proof. Exit status: 0 where
all agree, 1 where one differs, 77 where tshark is not installed.
"""
import argparse
import collections
import json
import shutil
import subprocess
import sys


def of_weir(binary, capture, keylog):
    command = [binary, "trace", "convert", capture, "-o", "-"] + (["--keylog", keylog] if keylog else [])
    out = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False).stdout
    found = collections.Counter()
    ports = set()
    for line in out.splitlines():
        record = json.loads(line)
        if record.get("protocol") in ("HTTP", "HTTPS", "GRPC", "WEBSOCKET"):
            found[record.get("method"), record.get("host"), record.get("path"), record.get("version", "")[:1]] += 1
            if record.get("version") == "2":
                ports.add((record["port"], "sni" in record))
    return found, ports


def of_tshark(capture, keylog, ports):
    # tshark tells HTTP/2 by the port alone.
    command = ["tshark", "-r", capture, "-n", "-o", "tcp.reassemble_out_of_order:TRUE"]
    for port, is_tls in sorted(ports):
        command += ["-d", f"tcp.port=={port},{'tls' if is_tls else 'http2'}"]
    if keylog:
        command += ["-o", f"tls.keylog_file:{keylog}"]
    fields = ["http.request.method", "http.host", "http.request.uri", "http2.headers.method", "http2.headers.authority",
              "http2.headers.path"]
    command += ["-Y", "http.request or http2.headers.method", "-T", "fields", "-E", "separator=\t", "-E",
                "occurrence=a", "-E", "aggregator=\x01"]
    for field in fields:
        command += ["-e", field]
    out = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True).stdout.decode()
    found = collections.Counter()
    for line in out.splitlines():
        values = [value.split("\x01") if value else [] for value in (line + "\t" * 6).split("\t")[:6]]
        for version, (methods, hosts, paths) in (("1", values[0:3]), ("2", values[3:6])):
            hosts += [""] * (len(methods) - len(hosts))
            for request in zip(methods, hosts, paths):
                found[request + (version,)] += 1
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--weir", default=".build/release/weir")
    parser.add_argument("--keylog")
    parser.add_argument("captures", nargs="+")
    arguments = parser.parse_args()
    if not shutil.which("tshark"):
        print("tshark is not installed: nothing was compared", file=sys.stderr)
        return 77
    differing = 0
    for capture in arguments.captures:
        ours, ports = of_weir(arguments.weir, capture, arguments.keylog)
        theirs = of_tshark(capture, arguments.keylog, ports)
        missing, extra = theirs - ours, ours - theirs
        print(f"{'differs' if missing or extra else 'agrees'} {capture}: weir {sum(ours.values())}, tshark {sum(theirs.values())}")
        for name, rows in (("tshark alone", missing), ("weir alone", extra)):
            for row, count in sorted(rows.items(), key=str)[:5]:
                print(f"  {name}: {count} x {row}")
        differing += bool(missing or extra)
    print(f"{len(arguments.captures) - differing} of {len(arguments.captures)} captures agree")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
