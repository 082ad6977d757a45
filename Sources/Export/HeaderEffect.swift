internal import Routing

/// What a sequence of header modifiers comes to, name by name.
///
/// Envoy takes names away first, then replaces, then adds; modifiers are carried out one after another. The two give the same
/// once every name has at most one fate: its own fields stay or go, and then some are added.
struct HeaderEffect {
    private struct Fate {
        var name: String
        var replaces = false
        var values: [String] = []
    }

    private var fates: [Fate] = []
    /// The last value that a modifier set `Host` to: Envoy has a field of its own for it.
    private(set) var host: String?

    init(_ modifiers: [HeaderModifier], order: Dialect.Filters.ModifierOrder) {
        for modifier in modifiers {
            guard order == .setAddRemove else {
                append(modifier)
                continue
            }
            for field in modifier.set {
                self[field.name] = Fate(name: field.name, replaces: true, values: [field.value])
            }
            for field in modifier.add {
                var fate = self[field.name] ?? Fate(name: field.name)
                fate.values.append(field.value)
                self[field.name] = fate
            }
            for name in modifier.remove { self[name] = Fate(name: name, replaces: true) }
            for field in modifier.set where field.name.lowercased() == "host" { host = field.value }
        }
        fates.removeAll { $0.name.lowercased() == "host" }
    }

    /// Removing comes first, and of several entries with one name the first counts, those of `add` before those of `set`.
    private mutating func append(_ modifier: HeaderModifier) {
        var seen: Set<String> = []
        for name in modifier.remove { self[name] = Fate(name: name, replaces: true) }
        for field in modifier.add where seen.insert(field.name.lowercased()).inserted {
            var fate = self[field.name] ?? Fate(name: field.name)
            fate.values.append(field.value)
            self[field.name] = fate
        }
        for field in modifier.set where seen.insert(field.name.lowercased()).inserted {
            self[field.name] = Fate(name: field.name, replaces: true, values: [field.value])
        }
    }

    private subscript(name: String) -> Fate? {
        get { fates.first { $0.name.lowercased() == name.lowercased() } }
        set {
            guard let newValue else { return }
            if let place = fates.firstIndex(where: { $0.name.lowercased() == name.lowercased() }) {
                fates[place] = newValue
            } else {
                fates.append(newValue)
            }
        }
    }

    /// The members that a route or a weighted cluster has for requests (`request`) or responses (`response`).
    func members(_ side: String) -> [ConfigurationValue.Member] {
        var adding: [ConfigurationValue] = []
        var removing: [ConfigurationValue] = []
        for fate in fates {
            let isReplacement = fate.replaces && fate.values.count == 1
            if fate.replaces, !isReplacement { removing.append(.string(fate.name)) }
            for value in fate.values {
                adding.append([
                    "header": ["key": .string(fate.name), "value": .string(value.escapingPercent)],
                    "append_action": isReplacement ? "OVERWRITE_IF_EXISTS_OR_ADD" : "APPEND_IF_EXISTS_OR_ADD",
                    // Else a header without a value would be left out.
                    "keep_empty_value": value.isEmpty ? true : .absent,
                ])
            }
        }
        return [
            .init(name: "\(side)_headers_to_add", value: .list(adding)),
            .init(name: "\(side)_headers_to_remove", value: .list(removing)),
        ]
    }
}

extension String {
    /// A percent sign begins one of Envoy's commands; two stand for the sign itself.
    var escapingPercent: String { reduce(into: "") { $0 += $1 == "%" ? "%%" : String($1) } }
}
