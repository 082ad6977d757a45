/// An observation that weir does not say the same of, and why. One entry for each cell; a cell that agrees again fails the
/// test until its entry is taken away.
struct KnownDifference {
    var column: String
    var place: String
    var reason: String

    private init(_ column: String, _ place: String, _ reason: String) {
        self.column = column
        self.place = place
        self.reason = reason
    }

    private static let decoding = "the evaluator decodes queries; weir's specification leaves requests as they are"
    private static let shares = "the evaluator names the backends that have a share, weir what they answer with"
    private static let missingHost = "a record whose host is null does not say which host was asked for"
    private static let startToStart = "the proxy answers differently from start to start: weir says undetermined"

    private static let notGRPC =
        "the text is silent on requests that are no gRPC calls; weir takes a service alone for a prefix, as Envoy does"

    static let all: [KnownDifference] = [
        .init(
            "spec", "host-port-and-case /", "an empty port is allowed by RFC 3986, 3.2.3, and is a port to be ignored"),
        .init("spec", "host-missing /", missingHost),
        .init("envoy", "host-missing /", missingHost),
        .init("traefik", "host-missing /", missingHost),
        .init("traefik", "host-missing /", "the Host that stands in for an empty one is the backend's address"),
        .init(
            "spec", "host-absolute-form http://bar.example.com/x",
            "RFC 9112, 3.2.2: the target's authority replaces Host"),
        .init("spec", "query-decoding /?q=a%20b", decoding),
        .init("spec", "query-decoding /?q=a%2Bb", decoding),
        .init("spec", "query-decoding /?%71=a%20b", decoding),
        .init("spec", "query-decoding-plain /?q=%61bc", decoding),
        .init("spec", "query-decoding-plain /?%71=abc", decoding),
        .init("spec", "backend-half-missing /", shares),
        .init("spec", "backend-half-no-endpoints /", shares),
        .init(
            "spec", "https-sni-host-mismatch /",
            "to weir a Host of no listener is as misdirected as one of another listener: 421"),
        .init("spec", "grpc-basic /s.Foo", notGRPC),
        .init("spec", "grpc-basic /s.Foo/Get/more", notGRPC),
        .init("spec", "grpc-plain-http /s.Foo/Get", notGRPC),
        .init("spec", "grpc-plain-http /s.Foo/Get", notGRPC),
        .init("spec", "headers-modify-host /", "weir changes Host itself, the evaluator a header of that name"),
        .init(
            "envoy", "headers-percent-command /p",
            "a value with a percent sign is a command to Envoy; weir knows none and says undetermined"),
        .init("traefik", "header-exact-vs-regex /", startToStart),
        .init("traefik", "headers-modify /case", startToStart),
    ]
}
