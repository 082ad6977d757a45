import GatewayAPI
import Manifests
package import Validation

/// What expectations of decisions name, in scenarios and elsewhere.
extension ObjectDecoder {
    /// A rule by its name or its place from 0; nil where it is missing or wrong.
    package mutating func ruleReference(_ key: String) -> RuleReference? {
        guard let value = value(key) else { return nil }
        let context = context
        if let place = context.arena.integer(value) {
            if place >= 0, place < 1_000 { return .place(Int(place)) }
            report(.outOfRange, "found \(place), expected a rule's place from 0", field: key)
            return nil
        }
        return at(key) { Self.string(value, .any, context) }.map(RuleReference.name)
    }

    /// A mapping of backends to shares from 0 to 1; nil where it is missing.
    package mutating func shares(_ key: String) -> [ShareExpectation]? {
        guard let map = value(key) else { return nil }
        let context = context
        return at(key) {
            guard context.arena.kind(map) == .mapping else {
                context.reportType(map, expected: "a mapping of backends to shares")
                return []
            }
            var shares: [ShareExpectation] = []
            for place in 0..<context.arena.count(map) {
                let member = context.arena.member(map, at: place)
                context.path.push(context.arena.text(member.key))
                let backend = Self.parsed(member.key, context, "namespace/name", BackendReferenceText.init)
                let share = Self.number(member.value, context, "a number from 0 to 1") { (0...1).contains($0) }
                context.path.pop()
                if let backend, let share { shares.append(ShareExpectation(backend: backend, share: share)) }
            }
            let sum = shares.reduce(0) { $0 + $1.share }
            // The shares of a rule are of whole weights, so that a sum is beyond 1 by more than this, or not at all.
            if sum > 1 + 5e-7 {
                context.report(
                    .outOfRange, "found shares that add up to \(QuantityText.number(sum)), expected at most 1", at: map)
            }
            return shares
        }
    }
}
