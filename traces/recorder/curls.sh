#!/usr/bin/env bash
# curl in its many forms, one round about every two seconds. usage: curls.sh PORT SECONDS FOLDER (for a scratch file)
set -euo pipefail
port="$1" seconds="$2" folder="$3"

# Sends to 127.0.0.1 whatever the URL's host is, as clients behind a resolver or a load balancer do.
fetch() { curl --silent --show-error --max-time 10 --output /dev/null --connect-to "::127.0.0.1:$port" "$@"; }
store=http://store.example.com pay=http://pay.example.com

head -c 3000 /dev/zero | tr '\0' 'x' >"$folder/note.txt"
etag="$(curl --silent --head --connect-to "::127.0.0.1:$port" $store/static/site.css | tr -d '\r' | sed -n 's/^ETag: //p')"

end=$((SECONDS + seconds))
round=0
while [ $SECONDS -lt $end ]; do
    # Three requests on one connection; the URLs' ports are part of Host here.
    fetch "http://store.example.com:$port/" -o /dev/null "http://store.example.com:$port/cart" -o /dev/null \
        "http://store.example.com:$port/static/logo.svg"
    fetch -H 'version: two' "$store/cart?id=$round"                                  # a tester of the new cart
    fetch --head $store/static/shop.js                                               # HEAD: a length without a body
    fetch -H "If-None-Match: $etag" $store/static/site.css                           # 304
    fetch --http1.0 $store/                                                          # no keep-alive
    fetch -X POST --data 'item=17&quantity=2' $store/cart/items/17
    fetch -X POST -H 'Transfer-Encoding: chunked' -H "Idempotency-Key: curl-$round" --data-binary @"$folder/note.txt" $pay/api/charge
    fetch -H 'Expect: 100-continue' --data-binary @"$folder/note.txt" $pay/api/refund # 100, then the answer
    fetch $store/static/missing.png                                                  # 404
    fetch http://blog.example.com/
    if [ $((round % 5)) -eq 0 ]; then fetch --compressed $store/static/catalogue.json; fi
    round=$((round + 1))
    sleep 1.7
done
