package import GatewayAPI
package import Manifests

/// Reads the fields of one mapping. It reports what is wrong and goes on: a value that cannot be used is replaced by
/// its default or an empty one, and the object is refused in the end.
package struct ObjectDecoder {
    package let context: DecodingContext
    package let index: NodeIndex
    private let memberCount: Int
    private var asked: [String] = []
    private var foundCount = 0
    private var nulls: [String] = []
    private var acceptsOthers = false

    private init(_ context: DecodingContext, _ index: NodeIndex) {
        self.context = context
        self.index = index
        memberCount = context.arena.count(index)
    }

    /// Where the mapping begins.
    package var position: SourcePosition { context.arena.position(index) }

    /// Decodes a mapping by `body`, then reports the fields that `body` did not ask for; nil where it is no mapping.
    package static func decode<Value>(
        _ index: NodeIndex, _ context: DecodingContext, _ body: (inout ObjectDecoder) -> Value
    ) -> Value? {
        guard context.arena.kind(index) == .mapping else {
            context.reportType(index, expected: "a mapping")
            return nil
        }
        var object = ObjectDecoder(context, index)
        let value = body(&object)
        object.finish()
        return value
    }

    /// The value of a field; nil where it is missing or null, which are the same (the API server removes nulls).
    package mutating func value(_ key: String) -> NodeIndex? {
        // A field asked for again, after its default was added, is no second field of the manifest.
        let isFirst = !asked.contains(key)
        if isFirst { asked.append(key) }
        guard let member = context.arena.member(index, key) else { return nil }
        if isFirst { foundCount += 1 }
        if context.arena.kind(member.value) == .null {
            nulls.append(key)
            return nil
        }
        return member.value
    }

    /// Accepts fields without looking into them.
    package mutating func accept(_ keys: String...) {
        for key in keys { _ = value(key) }
    }

    /// Accepts the fields that nobody asks for.
    mutating func acceptOthers() { acceptsOthers = true }

    /// Whether a field is there and not null. It must have been asked for.
    package func has(_ key: String) -> Bool {
        context.arena.member(index, key).map { context.arena.kind($0.value) != .null } ?? false
    }

    /// Runs `body` with the field in the path, so that complaints name it.
    package func at<Value>(_ key: String, _ body: () -> Value) -> Value {
        context.path.push(key)
        defer { context.path.pop() }
        return body()
    }

    /// Reports an error about the mapping as a whole, or about a field of it that is there.
    package func report(_ code: DiagnosticCode, _ message: String, field: String? = nil, hint: String? = nil) {
        let value = field.flatMap { context.arena.member(index, $0)?.value }
        context.report(code, message, at: value ?? index, field: field, hint: hint)
    }

    /// Warns about a field that is there.
    package func warn(_ code: DiagnosticCode, _ message: String, field: String, hint: String? = nil) {
        let value = context.arena.member(index, field)?.value
        context.report(code, message, at: value ?? index, field: field, hint: hint, severity: .warning)
    }

    /// Reports a field that has to be there, where the null stands that is written instead of it.
    package func reportMissing(_ key: String, _ expected: String? = nil) {
        context.report(
            .missingField, "\(key) is missing" + (expected.map { ": expected \($0)" } ?? ""),
            at: context.arena.member(index, key)?.value ?? index, field: key)
    }

    /// Adds a field that the manifest leaves out.
    package func setDefault(_ key: String, _ make: (inout NodeArena) -> NodeIndex) {
        let value = make(&context.arena)
        context.arena.setMember(of: index, key, to: value)
    }

    package func setDefault(_ key: String, _ text: String) {
        let position = position
        setDefault(key) { $0.addString(text, at: position) }
    }

    package func setDefault(_ key: String, _ number: Int64) {
        let position = position
        setDefault(key) { $0.addInteger(number, at: position) }
    }

    private func finish() {
        if foundCount != memberCount, !acceptsOthers { reportUnknownFields() }
        for key in nulls where !has(key) { context.arena.removeMember(of: index, key) }
    }

    private func reportUnknownFields() {
        for place in 0..<memberCount {
            let key = context.arena.member(index, at: place).key
            let name = context.arena.text(key)
            if asked.contains(name) { continue }
            let suggestion = Suggestion.nearest(to: name, among: asked)
            context.report(
                .unknownField, "unknown field \"\(Excerpt.of(name))\"", at: key, field: name,
                hint: suggestion.map { "did you mean \($0)?" })
        }
    }
}
