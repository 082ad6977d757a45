import TestSupport
import Testing
import Traffic

/// Reads text as a file would be read, its format found by content unless given.
struct LogReading {
    var records: [RequestRecord] = []
    var problems: [TraceProblem] = []
    var formats: [String] = []
    var statistics = TraceStatistics()
    var failures: [String] = []

    init(_ bytes: [UInt8], format: String? = nil, logs: LogOptions = LogOptions()) throws {
        let folder = try TemporaryFolder()
        var options = TraceOptions()
        options.format = format.flatMap(TraceFormat.named) ?? logs.lineFormat.flatMap(TraceFormat.ofLineFormat)
        options.logs = logs
        let reader = TraceReader([try folder.write("trace", bytes)], options: options)
        var found: [TraceProblem] = []
        reader.onProblem = { found.append($0) }
        var record = RequestRecord()
        while true {
            do {
                guard try reader.next(into: &record) else { break }
                records.append(record)
            } catch {
                failures.append("\(error)")
            }
        }
        problems = found
        statistics = reader.statistics
        formats = statistics.files.map(\.format.name)
    }

    init(_ text: String, format: String? = nil, logs: LogOptions = LogOptions()) throws {
        try self.init(Array(text.utf8), format: format, logs: logs)
    }

    /// The records as JSON.
    var lines: [String] { records.map(json) }
}

@Suite("A log")
struct LogTests {
    @Test("of Envoy in its default text: what it says and no more")
    func envoyText() throws {
        let reading = try LogReading(
            """
            [2031-02-28T23:59:59.125Z] "GET /a/b%20c?x=1 HTTP/2" 200 - 0 812 41 38 "192.0.2.9" "agent "7" x" "id-1" "Shop.Example:8443" "10.1.1.1:80"
            [2031-03-01T00:00:00.001Z] "POST /p HTTP/1.1" 0 DC 5 0 9 - "192.0.2.9, 192.0.2.8" "-" "-" "shop.example" "-"

            """)
        #expect(reading.formats == ["envoy"] && reading.problems.isEmpty)
        #expect(
            reading.lines == [
                """
                {"id":"id-1","time":1930089599.125,"source":"192.0.2.9","method":"GET","host":"Shop.Example:8443",\
                "path":"/a/b%20c?x=1","version":"2","headers":[["user-agent","agent \\"7\\" x"]],"headersComplete":false,\
                "bodyBytes":0,"observed":{"status":200,"latency":0.041,"responseBytes":812,"endpoint":"10.1.1.1:80",\
                "upstreamTime":0.038}}
                """,
                """
                {"time":1930089600.001,"method":"POST","host":"shop.example","path":"/p","version":"1.1","bodyBytes":5,\
                "observed":{"latency":0.009,"responseBytes":0,"flags":"DC"}}
                """,
            ])
    }

    @Test("of Envoy Gateway: the route's name says route, rule and match; numbers may be strings")
    func envoyGateway() throws {
        let reading = try LogReading(
            #"""
            {"route_name":"httproute/shop/a.b/rule/3/match/12/x_example","start_time":"2031-01-01T00:00:00.000Z","method":"GET","x-envoy-origin-path":"/\u0071","protocol":"HTTP/1.1","response_code":"200","duration":41,"x-envoy-upstream-service-time":null,":authority":"x.example","upstream_host":"-","upstream_cluster":"httproute/shop/a.b/rule/3/backend/1","downstream_local_address":"[2001:db8::5]:10443","downstream_remote_address":"[2001:db8::9]:50211","requested_server_name":"x.example"}
            {"route_name":"grpcroute/s/g/rule/0/match/-1/*","start_time":"2031-01-01T00:00:00.000Z","method":"POST","x-envoy-origin-path":"/p.S/M","protocol":"HTTP/2","response_code":200,"requested_server_name":"-"}
            """#)
        #expect(reading.formats == ["envoy"] && reading.problems.isEmpty)
        let first = reading.records[0]
        #expect(
            first.path == "/q" && first.port == 10443 && first.protocol == .https
                && first.observed.latency == 41_000_000)
        #expect(first[.observedRouteKind] == "HTTPRoute" && first[.observedRouteNamespace] == "shop")
        #expect(first[.observedRouteName] == "a.b" && first.observed.rule == 3 && first.observed.match == 12)
        #expect(first[.observedEndpoint] == nil && first.observed.upstreamTime == nil && first.headers == nil)
        let second = reading.records[1]
        #expect(second[.observedRouteKind] == "GRPCRoute" && second.observed.rule == 0 && second.observed.match == nil)
        #expect(second.protocol == nil && second.sni == nil)
    }

    @Test("of Istio: cluster and route are resources")
    func istio() throws {
        let reading = try LogReading(
            #"""
            [2031-01-01T00:00:00.000Z] "GET /cart HTTP/1.1" 200 - via_upstream - "-" 0 812 41 38 "192.0.2.9" "curl" "u" "s.example" "10.1.1.1:80" outbound|8080|v2|cart.shop.svc.cluster.local 10.0.0.5:1 10.0.0.5:8443 192.0.2.9:5 s.example shop.cart.web.2
            """#)
        let record = try #require(reading.records.first)
        #expect(record[.observedBackendNamespace] == "shop" && record[.observedBackendName] == "cart")
        #expect(record.observed.backendPort == 8080 && record[.observedRouteName] == "cart.web")
        #expect(record.observed.rule == 2 && record.port == 8443 && record.source == "192.0.2.9:5")
    }

    @Test(
        "is read by the user's own format string",
        arguments: [
            (
                #"%START_TIME(%s.%3f)% %REQ(:METHOD)% %REQ_WITHOUT_QUERY(:PATH)% [%REQ(X-Tenant)%] %DURATION%"#,
                "1930089599.125 GET /a [b c] 7"
            ),
            (
                #"{"at":"%START_TIME%","n":{"ms":"%DURATION%","line":"%REQ(:METHOD)% %REQ_WITHOUT_QUERY(:PATH)%"},"t":"%REQ(x-tenant)%"}"#,
                #"{"n":{"line":"GET /a","ms":7,"more":[1,{"ms":9}]},"t":"b c","at":"2031-02-28T23:59:59.125Z","other":{"at":1}}"#
            ),
            (#"$msec|$request_method|$uri|$http_x_tenant|${request_time}s"#, "1930089599.132|GET|/a|b c|0.007s"),
        ])
    func ownFormat(_ format: String, _ line: String) throws {
        var logs = LogOptions()
        logs.lineFormat = format
        let reading = try LogReading(line, logs: logs)
        #expect(reading.problems.isEmpty)
        let record = try #require(reading.records.first)
        #expect(
            record.time == 1_930_089_599_125_000_000 && record.method == "GET" && record.observed.latency == 7_000_000)
        #expect(record.headers?.map(\.value) == ["b c"] && record.headersComplete == false)
        if format.contains("QUERY") { #expect(record.path == "/a" && !record.queryComplete) }
        #expect(record.arrivalQuality == (format.contains("msec") ? .derived : .exact))
    }

    @Test(
        "with a format that no line can be taken apart by is refused",
        arguments: [
            "%START_TIME%%DURATION%", "%START_TIME(%c)%", "$status$request", "%START_TIME",
            "{\"a\": \"%START_TIME(%c)%\"}",
        ])
    func badFormat(_ format: String) throws {
        var logs = LogOptions()
        logs.lineFormat = format
        let reading = try LogReading("x", format: format.contains("$") ? "nginx" : "envoy", logs: logs)
        #expect(reading.failures.count == 1 && reading.failures[0].hasPrefix("--log-format: "))
    }

    @Test("of NGINX: no host, the time is that of the end and spread within its second")
    func nginx() throws {
        let lines = (0..<50).map { index in
            #"192.0.2.9 - ann b [01/Jan/2031:01:00:0\#(index / 25) +0100] "GET /\#(index)?q=\x22 HTTP/1.1" 200 812 "-" "Mozilla \x5C \xC3\xA9""#
        }
        let reading = try LogReading(lines.joined(separator: "\n"))
        #expect(reading.formats == ["nginx"] && reading.problems.isEmpty && reading.records.count == 50)
        let start: Int64 = 1_924_992_000_000_000_000
        let times = reading.records.compactMap(\.time)
        #expect(times == times.sorted() && Set(times).count == 50)
        #expect(times[..<25].allSatisfy { (start..<start + 1_000_000_000).contains($0) })
        #expect(times[25...].allSatisfy { (start + 1_000_000_000..<start + 2_000_000_000).contains($0) })
        let record = reading.records[3]
        #expect(record.host == nil && record.path == "/3?q=\"" && record.arrivalQuality == .coarse)
        #expect(record.headers?.map(\.value) == ["Mozilla \\ é"] && record.source == "192.0.2.9")
    }

    @Test("of ingress-nginx: retries, upstreams, and a service whose name can be read in one way alone")
    func ingress() throws {
        func line(_ upstream: String, _ tail: String) -> String {
            #"192.0.2.9 - - [01/Jan/2031:00:00:05 +0000] "GET /c HTTP/2.0" 200 8 "-" "a" 341 1.044 [\#(upstream)] \#(tail)"#
        }
        let reading = try LogReading(
            [
                line(
                    "shop-cart-80",
                    "[] 10.1.1.8:80, 10.1.1.7:80 : 10.1.1.6:80 0, 8 : 9 1.000, 0.040 : 0.004 502, 200 : 200 id1"),
                line("my-shop-cart-80", "[] 10.1.1.8:80 8 0.040 200 id2"),
                line("upstream-default-backend", "[] - - - - id3"),
                line("shop-cart-http", "[shop-canary-http] 10.1.1.8:80 8 0.040 200 id4"), line("", "[] - - - - id5"),
            ].joined(separator: "\n"))
        #expect(reading.problems.isEmpty && reading.records.count == 5)
        let first = reading.records[0]
        #expect(first.observed.attempts == 3 && first[.observedEndpoint] == "10.1.1.6:80")
        #expect(first.observed.upstreamTime == 4_000_000 && first.observed.latency == 1_044_000_000)
        #expect(first[.observedBackendNamespace] == "shop" && first[.observedBackendName] == "cart")
        #expect(first.observed.backendPort == 80 && first.id == "id1")
        #expect(reading.records.map { $0[.observedBackendName] } == ["cart", nil, nil, nil, nil])
        #expect(reading.records[1][.observedBackendLabel] == "my-shop-cart-80")
        #expect(reading.records[2][.observedEndpoint] == nil && reading.records[2].observed.attempts == nil)
    }

    @Test("of a virtual host, and the Common Log Format; a request that is none stays unknown")
    func commonLog() throws {
        let reading = try LogReading(
            #"""
            192.0.2.9 - - [01/Jan/2031:00:00:05 +0000] "\x16\x03\x01" 400 150
            192.0.2.9 ident user [01/Jan/2031:00:00:05 -0530] "GET / HTTP/1.0" 200 -
            shop.example:443 192.0.2.9 - - [01/Jan/2031:00:00:06 +0000] "GET /x HTTP/1.1" 499 0 "-" "a"
            """#)
        #expect(reading.problems.isEmpty && reading.formats == ["nginx"])
        #expect(reading.records.map(\.path) == [nil, "/", "/x"])
        #expect(reading.records.map(\.observed.status) == [400, 200, 499])
        #expect(reading.records[2].host == "shop.example" && reading.records[2].port == 443)
        #expect(reading.records[1].observed.responseBytes == nil)
    }

    @Test("of Traefik, as JSON and as lines")
    func traefik() throws {
        let router = "httproute-shop-cart-gw-infra-edge-ep-web-4-0a1b2c@kubernetesgateway"
        let reading = try LogReading(
            #"""
            {"ClientAddr":"192.0.2.9:5","DownstreamContentSize":8,"DownstreamStatus":200,"Duration":41250001,"OriginDuration":1,"RequestAddr":"s.example:8080","RequestMethod":"GET","RequestPath":"/c?x","RequestPort":"8080","RequestProtocol":"HTTP/2.0","RequestScheme":"https","RetryAttempts":1,"RouterName":"\#(router)","ServiceAddr":"10.1.1.1:80","StartUTC":"2031-01-01T00:00:00.123456789Z","entryPointName":"web","request_X-Canary":"always","downstream_Server":"x","time":"2031-01-01T00:00:00Z"}
            {"DownstreamStatus":404,"RequestMethod":"GET","RequestPath":"/","RouterName":"httproute-a-b-c-gw-infra-edge-ep-web-0-ff@kubernetesgateway","StartUTC":"2031-01-01T00:00:01.5Z"}
            """#)
        #expect(reading.formats == ["traefik"] && reading.problems.isEmpty)
        let first = reading.records[0]
        #expect(first.time == 1_924_992_000_123_456_789 && first.observed.latency == 41_250_001)
        #expect(first.host == "s.example:8080" && first.version == "2" && first.protocol == .https)
        #expect(first.headers?.map(\.name) == ["X-Canary"] && first.observed.attempts == 2)
        #expect(
            first[.observedGateway] == "infra/edge" && first[.observedRouteName] == "cart" && first.observed.rule == 4)
        #expect(first[.observedListener] == "web" && first[.observedEndpoint] == "10.1.1.1:80")
        // a-b is the namespace, or b-c the name: who can tell.
        #expect(reading.records[1][.observedRouteName] == nil && reading.records[1].observed.rule == 0)
        let text = try LogReading(
            #"192.0.2.9 - - [01/Jan/2031:00:00:05 +0000] "GET /c HTTP/2.0" 200 8 "-" "a" 914 "\#(router)" "http://10.1.1.1:80" 41ms"#
        )
        #expect(text.formats == ["traefik"] && text.problems.isEmpty)
        #expect(text.records[0][.observedEndpoint] == "10.1.1.1:80" && text.records[0].observed.latency == 41_000_000)
        #expect((text.records[0].time ?? 0) / 1_000_000_000 == 1_924_992_005)
    }

    @Test("of HAProxy, behind syslog's header, with captures, cut off, and of TCP")
    func haproxy() throws {
        var logs = LogOptions()
        logs.capturedHeaders = ["Host", "User-Agent"]
        logs.zoneSeconds = 3600
        let reading = try LogReading(
            #"""
            Jan  1 01:00:00 edge1 haproxy[22]: 192.0.2.9:5 [01/Jan/2031:01:00:00.125] fe~ be_cart/cart-2 1/2/3/37/50 200 1032 - - ---- 2/1/1/4/+2 0/0 {s.example|agent #7Cx} {} "GET /c?x=1 HTTP/1.1"
            192.0.2.9:6 [01/Jan/2031:01:00:00.500] fe fe/<NOSRV> 0/-1/-1/-1/5001 503 +217 - - sQ-- 8/7/3/0/0 0/9 "POST /pay-and-cut-o
            192.0.2.9:7 [01/Jan/2031:01:00:00.600] fe shop_svc_cart_http/SRV_1 0/0/0/1/+2 200 9 - - ---- 8/7/3/0/0 0/9 "GET https://h2.example/z HTTP/2.0" 0/00/0/0/0 sni.example/TLSv1.3/TLS_AES
            192.0.2.9:8 [01/Jan/2031:01:00:00.700] tcp db/db-1 1/2/900 5000 -- 8/7/3/0/0 0/9
            nonsense
            """#, logs: logs)
        #expect(reading.formats == ["haproxy"] && reading.problems.map(\.line) == [5])
        let (first, second, third) = (reading.records[0], reading.records[1], reading.records[2])
        #expect(first.time == 1_924_992_000_125_000_000 && first.protocol == .https && first.host == "s.example")
        #expect(first.headers?.map(\.value) == ["agent |x"] && first.observed.attempts == 3)
        #expect(first.observed.timeToFirstByte == 43_000_000 && first.observed.queueTime == 2_000_000)
        #expect(first[.observedEndpoint] == "cart-2" && first[.observedListener] == "fe")
        #expect(second.method == "POST" && second.path == "/pay-and-cut-o" && second.version == nil)
        #expect(second[.observedBackendLabel] == nil && second.observed.responseBytes == nil)
        #expect(third.host == "h2.example" && third.path == "/z" && third.sni == "sni.example")
        #expect(third[.observedBackendName] == "cart" && third.observed.latency == nil)
        #expect(reading.records[3].protocol == .tcp && reading.records[3].observed.latency == 900_000_000)
    }

    @Test("of an AWS load balancer: short and long lines, requests that never were dispatched")
    func loadBalancer() throws {
        let start = "2031-01-01T00:00:01.166351Z app/edge/50dc 192.0.2.9:5"
        let reading = try LogReading(
            #"""
            h2 \#(start) 10.0.3.21:80 0.001 0.038 0.002 200 200 341 812 "GET https://s.example:443/c?x=1 HTTP/2.0" "a b" - TLSv1.3 arn:tg/cart "Root=1" "s.example" "-" 20 2031-01-01T00:00:01.125000Z "waf,forward" "-" "-" "10.0.3.21:80" "200" "-" "-" TID_1 "more" -
            ws \#(start) - -1 -1 -1 101 - 210 0 "GET http://s.example:8080/ws HTTP/1.1" "-" - - - "-" "-" "-" 0
            http \#(start) - -1 -1 -1 400 - 0 272 "- http://s.example:80- -" "-" - - -
            http \#(start) - -1 -1 -1 400 - 0 272 "unclosed
            """#.replacing("\\#(start)", with: start))
        #expect(reading.formats == ["alb"] && reading.problems.map(\.line) == [4])
        let first = reading.records[0]
        #expect(first.time == 1_924_992_001_125_000_000 && first.observed.latency == 41_000_000)
        #expect(first.host == "s.example" && first.port == 443 && first.path == "/c?x=1" && first.protocol == .https)
        #expect(first.observed.rulePriority == 20 && first[.observedBackendLabel] == "arn:tg/cart")
        #expect(reading.records[1].protocol == .webSocket && reading.records[1].port == 8080)
        #expect(reading.records[1].arrivalQuality != .exact && reading.records[2].path == nil)
        #expect(reading.records[2].method == nil)
    }
}
