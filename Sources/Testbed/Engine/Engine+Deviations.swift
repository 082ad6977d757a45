import Simulation

/// Sums over service times.
struct DrawnTimes: BitwiseCopyable {
    var count = 0.0
    var sum = 0.0
    var squares = 0.0

    mutating func add(_ nanoseconds: Int64) {
        let time = Double(nanoseconds)
        count += 1
        sum += time
        squares += time * time
    }
}

/// What chance drew, against what was to be expected.
///
/// Where a draw takes a few instructions, nothing is added up while the run goes on. Service times come from streams that
/// nothing else draws from: kept as they were at the end of the warm-up, they yield them once more when the run is over. Dear
/// draws are added up as they are made.
extension Engine {
    /// Keeps the streams of service times as they are now, and begins to add up.
    mutating func rememberServiceTimes() {
        guard model.measuresDeviations else { return }
        rememberedServiceTimes = (0..<UInt32(stations.peak)).map { stations[$0].serviceTimes }
        drawnTimes = Array(repeating: DrawnTimes(), count: rememberedServiceTimes.count)
        // Simple ones are drawn one ahead.
        for station in drawnTimes.indices where stations[UInt32(station)].service.isSimple {
            drawnTimes[station].add(stations[UInt32(station)].upcoming)
        }
    }

    /// In an order that is the same in every run of the model.
    func deviations(_ total: Measurements) -> [Deviation] {
        guard model.measuresDeviations else { return [] }
        var deviations: [Deviation] = []
        if let expected = model.expectedArrivals, expected > 0 {
            // What backends call and clients try again follows from how the run goes: nobody knows what to expect of it.
            let came = total.gateways.reduce(UInt64(0)) { $0 + $1.requests } - callCount - clientRetryCount
            deviations.append(Deviation(subject: .arrivals, value: Double(came) / expected - 1, weight: expected))
        }
        for backend in total.backends where backend.isModelled {
            guard let station = indexOfStation[backend.backend.service] else { continue }
            add(.backend(backend.backend), station, served: backend.station.wait.count, to: &deviations)
        }
        for gateway in total.gateways {
            guard let index = indexOfGateway[gateway.gateway], let station = gateway.station else { continue }
            add(.gateway(gateway.gateway), gateways[index].station, served: station.wait.count, to: &deviations)
        }
        return deviations
    }

    private func add(_ name: Deviation.Station, _ station: UInt32, served: UInt64, to deviations: inout [Deviation]) {
        guard served > 0, station < rememberedServiceTimes.count, stations[station].serviceTime != none else { return }
        let distribution = distributions[Int(stations[station].serviceTime)]
        let (mean, secondMoment) = (distribution.mean, distribution.secondMoment)
        guard distribution.hasVariance(ofPower: 1), secondMoment > mean * mean * (1 + 1e-9) else { return }
        let drawn = drawn(at: station, served: served)
        guard drawn.count > 0 else { return }
        deviations.append(
            Deviation(
                subject: .serviceTime(of: name, power: 1), value: drawn.sum / (drawn.count * mean) - 1,
                weight: drawn.count))
        guard distribution.hasVariance(ofPower: 2) else { return }
        deviations.append(
            Deviation(
                subject: .serviceTime(of: name, power: 2), value: drawn.squares / (drawn.count * secondMoment) - 1,
                weight: drawn.count))
    }

    private func drawn(at station: UInt32, served: UInt64) -> DrawnTimes {
        let sampler = stations[station].service
        var drawn = drawnTimes[Int(station)]
        guard sampler.isSimple else { return drawn }
        var stream = rememberedServiceTimes[Int(station)]
        for _ in 1..<max(served, 1) { drawn.add(sampler.draw(&stream)) }
        return drawn
    }
}

extension TestbedModel {
    /// How many requests clients send after the warm-up on average; nil where that is not known, or no matter of chance.
    var expectedArrivals: Double? {
        var sum = 0.0
        var isRandom = false
        for source in sources {
            guard case .mix(let arrivals, _, _) = source.content else { return nil }
            switch arrivals {
            case .poisson(let profile):
                isRandom = true
                sum += profile.requests(from: warmup, until: duration)
            case .constant(let profile): sum += profile.requests(from: warmup, until: duration)
            case .bursts, .closed: return nil
            }
        }
        return isRandom ? sum : nil
    }
}
