-- wrk's script: the front page and the cart in turn, as one impatient client sends them.
wrk.headers["Host"] = "store.example.com"
wrk.headers["User-Agent"] = "wrk"

local paths = { "/", "/cart", "/cart?id=4&currency=EUR" }
local sent = 0

function request()
    sent = sent + 1
    return wrk.format("GET", paths[sent % #paths + 1])
end
