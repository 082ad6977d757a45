/// The entries that share a path predicate, found by what they ask of method, headers and query parameters.
struct Buckets: Sendable {
    struct Bucket: Sendable {
        /// The least entry of all.
        var best: UInt32
        /// The least entry that asks for nothing but the path, or `none`.
        var unconditional: UInt32
        var groupsStart: UInt32
        var groupsEnd: UInt32
    }

    /// Entries that ask for the same names.
    struct Group: Sendable {
        var best: UInt32
        var hasMethod: Bool
        /// The names whose values are compared: places in `names`.
        var namesStart: UInt32
        var namesEnd: UInt32
        /// Its entries: places in `cellEntries`.
        var entriesStart: UInt32
        var entriesEnd: UInt32
        /// Where the entries have an expression, the name that its first one is asked of, and the expressions.
        var expressionName: Name
        var patterns: UInt32
    }

    struct Name: Hashable, Sendable {
        var isQueryParameter: Bool
        var name: UInt32
    }

    /// Entries of a group that ask for the same values, in rank order.
    struct Cell: Sendable {
        var hash: UInt64
        var group: UInt32
        var entriesStart: UInt32
        var entriesEnd: UInt32
    }

    private(set) var buckets: [Bucket] = []
    private(set) var groups: [Group] = []
    private(set) var names: [Name] = []
    private(set) var patterns: [PatternIndex] = []
    private(set) var cells: [Cell] = []
    private(set) var cellEntries: [UInt32] = []
    private let slots: HashSlots

    /// - Parameter rankGroups: for each entry, a number that it shares with those of its rank; empty where nobody asks for a
    ///   second one of a rank.
    init(_ lists: [[UInt32]], matches: CompiledMatches, entries: [MatchIndex], rankGroups: [UInt32]) {
        var building = BucketBuilder(matches: matches, entries: entries, rankGroups: rankGroups)
        for list in lists { building.add(list) }
        buckets = building.buckets.trimmed()
        groups = building.groups.trimmed()
        names = building.names.trimmed()
        patterns = building.patterns
        cells = building.cells.trimmed()
        cellEntries = building.cellEntries.trimmed()
        slots = HashSlots(building.cells.map(\.hash))
    }

    /// Lowers `best` to the least entry of a bucket, none below `floor`, that the request satisfies.
    @inline(__always)
    func lower(
        _ best: inout UInt32, from floor: UInt32, bucket place: UInt32, _ scratch: inout Scratch,
        _ matches: CompiledMatches, _ entries: [MatchIndex]
    ) {
        let bucket = buckets[Int(place)]
        if bucket.unconditional < best, bucket.unconditional >= floor { best = bucket.unconditional }
        var group = Int(bucket.groupsStart)
        while group < Int(bucket.groupsEnd), groups[group].best < best {
            lower(&best, floor, group: group, &scratch, matches, entries)
            group += 1
        }
    }

    private func lower(
        _ best: inout UInt32, _ floor: UInt32, group place: Int, _ scratch: inout Scratch, _ matches: CompiledMatches,
        _ entries: [MatchIndex]
    ) {
        guard scratch.furtherFields.isEmpty else {
            return lowerByEachValue(&best, floor, group: place, &scratch, matches, entries)
        }
        let group = groups[place]
        var hash = Self.seed(UInt32(place))
        if group.hasMethod {
            guard scratch.method != 0 else { return }
            hash = mixed(hash, UInt64(scratch.method))
        }
        for index in Int(group.namesStart)..<Int(group.namesEnd) {
            let name = names[index]
            guard let field = scratch.field(name.isQueryParameter, name.name) else { return }
            hash = mixed(hash, field.hash)
        }
        guard group.patterns != Index.none else {
            lower(&best, floor, cell: hash, place, scratch, matches, entries)
            return
        }
        let name = group.expressionName
        guard let field = scratch.field(name.isQueryParameter, name.name) else { return }
        let start = scratch.places.count
        let bytes = scratch.bytes
        patterns[Int(group.patterns)].append(
            matching: bytes.span, Int(field.start)..<Int(field.end), to: &scratch.places)
        for index in start..<scratch.places.count {
            lower(&best, floor, cell: mixed(hash, UInt64(scratch.places[index])), place, scratch, matches, entries)
        }
        scratch.places.removeLast(scratch.places.count - start)
    }

    @inline(__always)
    func lower(
        _ best: inout UInt32, _ floor: UInt32, cell hash: UInt64, _ group: Int, _ scratch: borrowing Scratch,
        _ matches: CompiledMatches, _ entries: [MatchIndex]
    ) {
        let found = slots.find(hash) { cells[$0].hash == hash && cells[$0].group == UInt32(group) }
        guard let found else { return }
        for index in Int(cells[found].entriesStart)..<Int(cells[found].entriesEnd) {
            let entry = cellEntries[index]
            guard entry < best else { return }
            if entry < floor { continue }
            // Equal hashes are no proof, and a second expression was not looked at yet.
            if matches.holds(entries[Int(entry)], scratch) {
                best = entry
                return
            }
        }
    }

    static func seed(_ group: UInt32) -> UInt64 { mixed(0x5851_F42D_4C95_7F2D, UInt64(group)) }
}

/// Sorts the entries of each bucket into groups, and those of each group into cells.
private struct BucketBuilder {
    private struct Signature: Hashable {
        var hasMethod: Bool
        var names: [Buckets.Name]
        var expressionName: Buckets.Name?
    }

    let matches: CompiledMatches
    let entries: [MatchIndex]
    let rankGroups: [UInt32]
    var buckets: [Buckets.Bucket] = []
    var groups: [Buckets.Group] = []
    var names: [Buckets.Name] = []
    var patterns: [PatternIndex] = []
    var cells: [Buckets.Cell] = []
    var cellEntries: [UInt32] = []

    init(matches: CompiledMatches, entries: [MatchIndex], rankGroups: [UInt32]) {
        self.matches = matches
        self.entries = entries
        self.rankGroups = rankGroups
    }

    /// Takes the entries of one bucket in rank order.
    mutating func add(_ list: [UInt32]) {
        var unconditional = Index.none
        var order: [Signature] = []
        var members: [Signature: [UInt32]] = [:]
        for entry in list {
            let signature = signature(entry)
            let isUnconditional = !signature.hasMethod && signature.names.isEmpty && signature.expressionName == nil
            if isUnconditional, unconditional == Index.none {
                unconditional = entry
                continue
            }
            // What follows an entry that asks for nothing can never be the least, but may be another one of its rank.
            guard unconditional == Index.none || areOfOneRank(entry, unconditional) else { continue }
            if members[signature] == nil { order.append(signature) }
            members[signature, default: []].append(entry)
        }
        let start = UInt32(groups.count)
        for signature in order { add(signature, members[signature, default: []]) }
        buckets.append(
            Buckets.Bucket(
                best: list[0], unconditional: unconditional, groupsStart: start, groupsEnd: UInt32(groups.count)))
    }

    private func areOfOneRank(_ one: UInt32, _ two: UInt32) -> Bool {
        !rankGroups.isEmpty && rankGroups[Int(one)] == rankGroups[Int(two)]
    }

    private func signature(_ entry: UInt32) -> Signature {
        let compiled = matches.compiled[entries[Int(entry)].place]
        var signature = Signature(hasMethod: compiled.method != 0, names: [], expressionName: nil)
        for place in compiled.conditions {
            let condition = matches.conditions[Int(place)]
            let name = Buckets.Name(isQueryParameter: condition.isQueryParameter, name: condition.name)
            if condition.expression == CompiledMatches.none {
                // A second value that one name must have is left to the comparison with the conditions.
                if !signature.names.contains(name) { signature.names.append(name) }
            } else if signature.expressionName == nil {
                signature.expressionName = name
            }
        }
        signature.names.sort { ($0.isQueryParameter ? 1 : 0, $0.name) < ($1.isQueryParameter ? 1 : 0, $1.name) }
        return signature
    }

    private mutating func add(_ signature: Signature, _ list: [UInt32]) {
        let group = UInt32(groups.count)
        let namesStart = UInt32(names.count)
        names += signature.names
        var expressions: [RegularExpression] = []
        var places: [UInt32: UInt64] = [:]
        var cellPlaces: [UInt64: Int] = [:]
        var members: [(hash: UInt64, entries: [UInt32])] = []
        for entry in list {
            let hash = hash(entry, signature, group, &expressions, &places)
            let place = cellPlaces[hash] ?? members.count
            if place == members.count {
                cellPlaces[hash] = place
                members.append((hash, []))
            }
            members[place].entries.append(entry)
        }
        let entriesStart = UInt32(cellEntries.count)
        for member in members {
            let start = UInt32(cellEntries.count)
            cellEntries += member.entries
            cells.append(
                Buckets.Cell(
                    hash: member.hash, group: group, entriesStart: start, entriesEnd: UInt32(cellEntries.count)))
        }
        groups.append(
            Buckets.Group(
                best: list[0], hasMethod: signature.hasMethod, namesStart: namesStart, namesEnd: UInt32(names.count),
                entriesStart: entriesStart, entriesEnd: UInt32(cellEntries.count),
                expressionName: signature.expressionName ?? Buckets.Name(isQueryParameter: false, name: 0),
                patterns: expressions.isEmpty ? Index.none : UInt32(patterns.count)))
        if !expressions.isEmpty { patterns.append(PatternIndex(expressions, matches.extent)) }
    }

    /// The hash of what an entry asks for, made as a request's is made when deciding.
    private func hash(
        _ entry: UInt32, _ signature: Signature, _ group: UInt32, _ expressions: inout [RegularExpression],
        _ places: inout [UInt32: UInt64]
    ) -> UInt64 {
        let compiled = matches.compiled[entries[Int(entry)].place]
        var hash = Buckets.seed(group)
        if compiled.method != 0 { hash = mixed(hash, UInt64(compiled.method)) }
        var values: [Buckets.Name: UInt64] = [:]
        var expression = CompiledMatches.none
        for place in compiled.conditions {
            let condition = matches.conditions[Int(place)]
            if condition.expression == CompiledMatches.none {
                let name = Buckets.Name(isQueryParameter: condition.isQueryParameter, name: condition.name)
                if values[name] == nil { values[name] = condition.valueHash }
            } else if expression == CompiledMatches.none {
                expression = condition.expression
            }
        }
        for name in signature.names { hash = mixed(hash, values[name] ?? 0) }
        guard expression != CompiledMatches.none else { return hash }
        let place = places[expression] ?? UInt64(expressions.count)
        if place == expressions.count {
            places[expression] = place
            expressions.append(matches.expressions[Int(expression)])
        }
        return mixed(hash, place)
    }
}
