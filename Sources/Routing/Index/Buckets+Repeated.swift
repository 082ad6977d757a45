extension Buckets {
    /// How many combinations of values are looked up in one group. Beyond, its entries are tried one after the other, so that
    /// a request which repeats many headers costs no more than the table is long.
    private static let combinationCountMax = 256

    /// Lowers `best` as for other requests, but for one that repeats what some match asks for, in a dialect where any of the
    /// values counts: each combination of values has its cell.
    func lowerByEachValue(
        _ best: inout UInt32, _ floor: UInt32, group place: Int, _ scratch: inout Scratch, _ matches: CompiledMatches,
        _ entries: [MatchIndex]
    ) {
        let group = groups[place]
        var hash = Self.seed(UInt32(place))
        if group.hasMethod {
            guard scratch.method != 0 else { return }
            hash = mixed(hash, UInt64(scratch.method))
        }
        var combinations = 1
        for index in Int(group.namesStart)..<Int(group.namesEnd) {
            combinations = min(combinations * scratch.valueCount(names[index]), Self.combinationCountMax + 1)
        }
        guard combinations > 0 else { return }
        guard combinations <= Self.combinationCountMax else {
            return tryEach(&best, floor, group, scratch, matches, entries)
        }
        for combination in 0..<combinations {
            // The places of the values, as the digits of a number whose base is the count of each name's values. No recursion:
            // it would cost all requests reference counts, since the compiler then knows nothing of what is done here.
            var digits = combination
            var cell = hash
            for index in Int(group.namesStart)..<Int(group.namesEnd) {
                let count = scratch.valueCount(names[index])
                cell = mixed(cell, scratch.value(digits % count, names[index]).hash)
                digits /= count
            }
            lowerByCell(&best, floor, cell, place, &scratch, matches, entries)
        }
    }

    private func lowerByCell(
        _ best: inout UInt32, _ floor: UInt32, _ hash: UInt64, _ place: Int, _ scratch: inout Scratch,
        _ matches: CompiledMatches, _ entries: [MatchIndex]
    ) {
        let group = groups[place]
        guard group.patterns != Index.none else {
            return lower(&best, floor, cell: hash, place, scratch, matches, entries)
        }
        for value in 0..<scratch.valueCount(group.expressionName) {
            let field = scratch.value(value, group.expressionName)
            let start = scratch.places.count
            let bytes = scratch.bytes
            patterns[Int(group.patterns)].append(
                matching: bytes.span, Int(field.start)..<Int(field.end), to: &scratch.places)
            for found in start..<scratch.places.count {
                let cell = mixed(hash, UInt64(scratch.places[found]))
                lower(&best, floor, cell: cell, place, scratch, matches, entries)
            }
            scratch.places.removeLast(scratch.places.count - start)
        }
    }

    private func tryEach(
        _ best: inout UInt32, _ floor: UInt32, _ group: Group, _ scratch: borrowing Scratch,
        _ matches: CompiledMatches, _ entries: [MatchIndex]
    ) {
        for place in Int(group.entriesStart)..<Int(group.entriesEnd) {
            let entry = cellEntries[place]
            if entry >= floor, entry < best, matches.holds(entries[Int(entry)], scratch) { best = entry }
        }
    }
}

extension Scratch {
    /// How often the request has a header or parameter.
    fileprivate func valueCount(_ name: Buckets.Name) -> Int {
        guard field(name.isQueryParameter, name.name) != nil else { return 0 }
        var count = 1
        for place in furtherFields.indices where furtherFields[place].isOf(name) { count += 1 }
        return count
    }

    /// The value at a place among those of one name; there is one.
    fileprivate func value(_ value: Int, _ name: Buckets.Name) -> Field {
        var left = value
        for place in furtherFields.indices where left > 0 && furtherFields[place].isOf(name) {
            left -= 1
            if left == 0 { return furtherFields[place].field }
        }
        return field(name.isQueryParameter, name.name) ?? Field()
    }
}

extension Scratch.FurtherField {
    fileprivate func isOf(_ sought: Buckets.Name) -> Bool {
        isQueryParameter == sought.isQueryParameter && name == sought.name
    }
}
