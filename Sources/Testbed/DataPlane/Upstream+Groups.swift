/// Sorting the hosts by level and locality.
extension Upstream {
    /// Sorts the hosts by level and group again.
    mutating func rebuild(at now: Int64) {
        isStale = false
        isScheduled = now < slowUntil
        var byLevel: [[UInt32]] = []
        for (ordinal, host) in hosts.enumerated() where host.isMember {
            let level = level(of: host)
            while byLevel.count <= level { byLevel.append([]) }
            byLevel[level].append(UInt32(ordinal))
        }
        let available = byLevel.map { $0.filter { hosts[Int($0)].isKnownFit } }
        priorities = PriorityLevels(
            healthy: available.map(\.count), hosts: byLevel.map(\.count), panicThreshold: policy.panicThreshold ?? 50)
        let turns = levels.map { $0.groups.map(\.turn) }
        levels = byLevel.indices.map { level in
            // In panic neither health nor localities count.
            if priorities.panics[level] { return Level(groups: [group(byLevel[level])], panics: true) }
            return self.level(all: byLevel[level], available: available[level])
        }
        // Whose turn it is goes on, so that proxies do not all begin anew at once.
        for (level, own) in turns.enumerated() where level < levels.count {
            for (group, turn) in own.enumerated() where group < levels[level].groups.count {
                levels[level].groups[group].turn = turn
            }
        }
        for level in levels.indices where levels[level].localities == nil && isWeighted(levels[level]) {
            let weights = levels[level].groups.map(\.weight)
            levels[level].localities = EDFSchedule(weights: weights, start: start(of: weights))
        }
    }

    private func isWeighted(_ level: Level) -> Bool { localityWeights != nil && level.groups.count > 1 }

    private func group(_ members: [UInt32], cumulative: Double = 1) -> Group {
        let weights = members.map(ownWeight)
        let differ = weights.contains { $0 != weights[0] }
        return Group(hosts: members, weights: differ ? weights : [], cumulative: cumulative)
    }

    private func level(all: [UInt32], available: [UInt32]) -> Level {
        switch policy.locality {
        case nil, .failover: return Level(groups: [group(available)])
        case .zoneAware(let settings): return Level(groups: zones(of: available, settings))
        case .weighted:
            guard let localityWeights else { return Level(groups: [group(available)]) }
            return Level(groups: localities(localityWeights, all: all, available: available))
        }
    }

    private func zones(of members: [UInt32], _ settings: ZoneAwareRouting) -> [Group] {
        let whole = [group(members)]
        let count = max(proxies.count, Int(hosts.map(\.place).max() ?? 0) + 1)
        var byPlace = [[UInt32]](repeating: [], count: count)
        for ordinal in members { byPlace[Int(hosts[Int(ordinal)].place)].append(ordinal) }
        let origins = proxies + [Int](repeating: 0, count: count - proxies.count)
        guard settings.enabled > 0,
            let shares = LocalityRouting.zoneAware(
                local: Int(place), proxies: origins, hosts: byPlace.map(\.count), least: settings.minimumHosts)
        else { return whole }
        var groups: [Group] = []
        var sum = 0.0
        for (place, share) in shares.enumerated() where share > 0 && !byPlace[place].isEmpty {
            sum += share * settings.enabled
            groups.append(group(byPlace[place], cumulative: sum))
        }
        if groups.isEmpty { return whole }
        return settings.enabled < 1 ? groups + whole : groups
    }

    /// The localities that have a weight and a host that is fit to serve, with what is left of their weights. Where a hash
    /// chooses, localities are no choice of their own: each host gets its part of its locality's weight, as in Envoy.
    private func localities(
        _ entries: [LocalityWeights.Entry], all: [UInt32], available: [UInt32]
    ) -> [Group] {
        func byLocality(_ members: [UInt32]) -> [[UInt32]] {
            var found = [[UInt32]](repeating: [], count: entries.count)
            for ordinal in members {
                if let entry = hosts[Int(ordinal)].locality { found[Int(entry)].append(ordinal) }
            }
            return found
        }
        let fit = byLocality(available)
        let weights = LocalityRouting.weights(
            entries.map { Double($0.weight) }, available: fit.map(\.count), hosts: byLocality(all).map(\.count))
        var groups = zip(fit, weights).filter { !$0.isEmpty && $1 > 0 }.map { members, weight in
            var group = group(members)
            group.weight = weight
            return group
        }
        // Without any such locality they do not count.
        if groups.isEmpty { return [group(available)] }
        guard loadBalancing == .ringHash || loadBalancing == .maglev, groups.count > 1 else { return groups }
        for index in groups.indices {
            let own = groups[index].hosts.map(ownWeight)
            let sum = own.reduce(0, +)
            groups[index].weights = own.map { sum > 0 ? $0 / sum * groups[index].weight : 0 }
        }
        return [Group(hosts: groups.flatMap(\.hosts), weights: groups.flatMap(\.weights), cumulative: 1)]
    }
}
