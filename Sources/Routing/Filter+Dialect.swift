extension Dialect.Filters {
    /// Whether a filter does not break its rule. What is unknown is taken as carried out; the plan says that it is unknown.
    func carriesOut(_ filter: Filter) -> Bool {
        switch filter {
        case .mirror: mirror == .carriedOut
        case .cors: cors != .known(.breaksRule)
        case .requestHeaders, .responseHeaders, .redirect, .rewrite: true
        }
    }
}

extension HeaderModifier {
    /// A modifier that does, in the order set, add, remove, what this one does in the dialect.
    func carriedOut(_ filters: Dialect.Filters) -> HeaderModifier {
        switch filters.modifierOrder {
        case .setAddRemove:
            guard filters.namesDifferingInCase == .known(.first) else { return self }
            var result = self
            result.set = self.set.firstOfEachName(except: [])
            return result
        case .removeAddSet:
            let added = add.firstOfEachName(except: [])
            let replaced = self.set.firstOfEachName(except: added)
            // What is removed and then added is the only one.
            let isRemoved = { (field: HeaderField) in remove.contains { $0.isSameHeaderName(as: field.name) } }
            let kept = added + replaced
            return HeaderModifier(
                set: replaced + added.filter(isRemoved), add: added.filter { !isRemoved($0) },
                remove: remove.filter { name in !kept.contains { $0.name.isSameHeaderName(as: name) } })
        }
    }

    /// The unknown fields that it hangs on.
    func unknownFields(_ filters: Dialect.Filters, isRequest: Bool) -> Set<Dialect.Field> {
        var unknown: Set<Dialect.Field> = []
        let fields = self.set + add
        if filters.hostModifier == .unknown, isRequest,
            (fields.map(\.name) + remove).contains(where: { $0.isSameHeaderName(as: "host") })
        {
            unknown.insert(.hostModifier)
        }
        if filters.percentInHeaderValue == .unknown, fields.contains(where: { $0.value.utf8.contains(0x25) }) {
            unknown.insert(.percentInHeaderValue)
        }
        if filters.namesDifferingInCase == .unknown, self.set.firstOfEachName(except: []).count < self.set.count {
            unknown.insert(.namesDifferingInCase)
        }
        return unknown
    }
}

extension [HeaderField] {
    /// The first field of each name that `others` do not have.
    fileprivate func firstOfEachName(except others: [HeaderField]) -> [HeaderField] {
        var result: [HeaderField] = []
        for field in self where !(result + others).contains(where: { $0.name.isSameHeaderName(as: field.name) }) {
            result.append(field)
        }
        return result
    }
}
