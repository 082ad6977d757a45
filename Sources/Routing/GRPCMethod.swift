/// The service and method that a match of a GRPCRoute asks for. Gateway API v1.6, `GRPCMethodMatch`.
public struct GRPCMethod: Hashable, Sendable {
    /// As it is written; nil for any.
    public var service: String?
    /// As it is written; nil for any.
    public var method: String?
    /// Whether they are expressions.
    public var isExpression: Bool

    /// Whether a method alone is ranked as a prefix of its length is, and not by its names.
    var isRankedAsPrefix = false

    /// Asks for a service, a method or both.
    public init(service: String?, method: String?, isExpression: Bool) {
        self.service = service
        self.method = method
        self.isExpression = isExpression
    }

    /// What ranks the matches of GRPCRoutes, in one number: "the largest number of characters in a matching service", then "in
    /// a matching method". `GRPCRouteRule.matches`.
    private var rank: UInt32 {
        func length(_ text: String?) -> UInt32 { UInt32(UInt16(clamping: text?.unicodeScalars.count ?? 0)) }
        return length(service) << 16 | length(method)
    }

    /// The kind and length of path that a match counts as. Kinds are those of `Precedence`.
    var pathRank: (type: UInt8, length: UInt32) {
        isRankedAsPrefix ? (0, UInt32(clamping: 1 + (method?.utf8.count ?? 0))) : (2, rank)
    }

    /// Both as one expression on the path, where any name stands for one segment; nil where any call is meant.
    var expression: PathPredicate? {
        guard service != nil || method != nil else { return nil }
        let parts = [service, method].map { part in
            part.map { isExpression ? $0 : Self.quoted($0) } ?? "[^/]+"
        }
        return (try? RegularExpression("/\(parts[0])/\(parts[1])")).map(PathPredicate.regularExpression)
    }

    /// The text as an expression that matches just this.
    public static func quoted(_ text: String) -> String {
        text.unicodeScalars.map { scalar in
            scalar.isASCII && !scalar.properties.isAlphabetic && !("0"..."9").contains(scalar) && scalar != "_"
                ? "\\\(scalar)" : String(scalar)
        }.joined()
    }
}
