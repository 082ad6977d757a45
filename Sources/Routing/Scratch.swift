/// A request as `RoutingTable.prepare` leaves it for `RoutingTable.decide`, in memory that is used again for the next one.
///
/// One scratch serves one request at a time, and any number of tables one after the other.
public struct Scratch: Sendable {
    /// Where a header's or parameter's value stands in `bytes`, and its hash.
    struct Field: Sendable {
        var request: UInt64 = 0
        var start: UInt32 = 0
        var end: UInt32 = 0
        var hash: UInt64 = 0
    }

    /// A value of a header or parameter after the first, where any of them may satisfy a condition.
    struct FurtherField: Sendable {
        var isQueryParameter: Bool
        var name: UInt32
        var field: Field
    }

    /// A path up to one of its slashes.
    struct Boundary: Sendable {
        var end: UInt32
        var hash: UInt64
    }

    var bytes: [UInt8] = []
    var host = PreparedHost()
    /// The server name of the TLS handshake, where there was one.
    var serverName = PreparedHost()
    var isOverTLS = false
    var path = 0..<0
    var pathHash: UInt64 = 0
    /// From the shortest to the longest; the empty prefix is the first.
    var boundaries: [Boundary] = []
    /// One more than the method's place, 0 for one that no match asks for.
    var method: UInt32 = 0
    var headers: [Field] = []
    var queryParameters: [Field] = []
    /// Empty but for requests that repeat what some match asks for, in dialects where any of the values counts.
    var furtherFields: [FurtherField] = []
    /// What the gateway answers by itself.
    var answer = OwnAnswer.none
    /// The path on its way to the form that is matched.
    var work: [UInt8] = []
    /// Places of expressions that match, of several sets at once: each user takes what lies above where it began.
    var places: [Int32] = []
    /// Tells the fields of this request from those that earlier ones left.
    private(set) var request: UInt64 = 0

    /// Makes an empty scratch. It grows to what the tables and requests need, and then no more.
    public init() {}

    mutating func begin(headerNames: Int, queryNames: Int) {
        bytes.removeAll(keepingCapacity: true)
        boundaries.removeAll(keepingCapacity: true)
        places.removeAll(keepingCapacity: true)
        if !furtherFields.isEmpty { furtherFields.removeAll(keepingCapacity: true) }
        answer = .none
        request += 1
        while headers.count < headerNames { headers.append(Field()) }
        while queryParameters.count < queryNames { queryParameters.append(Field()) }
    }

    /// The request's value of a header or parameter that some match asks for.
    @inline(__always)
    func field(_ isQueryParameter: Bool, _ name: UInt32) -> Field? {
        let field = isQueryParameter ? queryParameters[Int(name)] : headers[Int(name)]
        return field.request == request ? field : nil
    }
}
