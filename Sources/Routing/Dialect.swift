/// What the specification leaves open, or real proxies do differently: one field each, compiled into the table.
public struct Dialect: Hashable, Sendable {
    /// The name by which commands and reports call it.
    public var name: String

    /// Where the routes of the most specific hostname have no match for a request, whether those of less specific hostnames
    /// on the same listener are asked.
    ///
    /// The text of `HTTPRouteSpec.hostnames` gives an order ("precedence must be given to rules from the HTTPRoute with the
    /// largest number of characters in a matching non-wildcard hostname"), so the others stay reachable: true. A proxy that
    /// makes a closed virtual host of each hostname, as Envoy Gateway does, answers 404.
    public var fallsThroughHostnames: Bool

    /// The text of Gateway API v1.6, and where it is silent its plainest reading: exact paths before regular expressions
    /// before prefixes, longer patterns first; no normalisation; expressions match in full; repeated headers are joined
    /// with a comma and the first of repeated query parameters counts.
    public static let specification = Dialect(name: "specification", fallsThroughHostnames: true)
}
