public import Routing

/// A request of a set: what stands for all of them in a report, and what `weir route` confirms.
public struct RequestWitness: Hashable, Sendable {
    /// The method.
    public var method: String
    /// Path and query.
    public var target: String
    /// In order; Host is not among them.
    public var headers: [HeaderField]

    /// The request to a host.
    public func request(host: String) -> Request {
        Request(method: method, host: host, target: target, headers: headers)
    }
}

/// What is found of a set of requests.
public enum RequestAnswer: Hashable, Sendable {
    /// There are requests in it; this is one.
    case witness(RequestWitness)
    /// No request is in it: a proof.
    case empty
    /// It could not be decided, for this reason.
    case unknown(String)
}
