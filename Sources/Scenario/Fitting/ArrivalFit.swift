internal import Simulation

/// The arrival process that the times of a trace speak for, with the evidence.
struct ArrivalFit: Sendable {
    enum Process: Sendable {
        case steady(name: String, rate: Double)
        /// Points in seconds and requests a second.
        case profile(name: String, points: [(time: Double, rate: Double)])
        /// The rate while busy, and the means of both sojourns in seconds.
        case bursts(rate: Double, busy: Double, idle: Double)
    }

    private(set) var process: Process
    /// Sentences for the person who edits the scenario.
    private(set) var evidence: [String] = []

    private static let segments = 20

    init(_ arrivals: ArrivalStatistics) {
        let span = arrivals.span
        let rate = span > 0 ? Double(arrivals.count - 1) / span : 1
        process = .steady(name: "poisson", rate: max(rate, 1e-6))
        evidence.append("\(arrivals.count) requests in \(FitText.number(span)) s, \(FitText.number(rate))/s on average")
        guard arrivals.count >= 50, span > 0 else {
            evidence.append("too few to tell how they come: poisson is assumed")
            return
        }
        // Windows of some eight requests tell a clock from chance; twenty windows of the whole, whether the rate changes.
        let windows = arrivals.windows.count
        let seconds = Double(arrivals.width) / 1e9
        let fine = min(max(1, Int(8 / rate / seconds)), max(1, windows / 16))
        let coarse = max(1, windows / Self.segments)
        let local = arrivals.localDispersion(of: fine) ?? 1
        let whole = arrivals.dispersion(of: coarse) ?? 1
        // For a Poisson process the coarse index has the mean 1 and the standard deviation √(2/(n−1)).
        let bound = 1 + 4 * (2 / Double(Self.segments - 1)).squareRoot()
        let name = local < 0.3 ? "constant" : "poisson"
        evidence.append(
            "index of dispersion (variance over mean of counts): \(FitText.number(local)) in windows of \(FitText.time(Double(fine) * seconds)) "
                + "(1 is poisson, 0 a clock), \(FitText.number(whole)) in \(Self.segments) windows of the whole"
        )
        if let bursts = Self.bursts(arrivals, rate: rate) {
            process = bursts.process
            evidence.append(bursts.why)
        } else if whole > bound {
            process = .profile(name: name, points: Self.points(arrivals, coarse, seconds))
            evidence.append("more than \(FitText.number(bound)) in the whole: the rate changes, so it has a profile")
        } else {
            process = .steady(name: name, rate: rate)
            evidence.append("at most \(FitText.number(bound)) in the whole: one rate")
        }
    }

    /// The rate of each segment at its middle.
    private static func points(
        _ arrivals: ArrivalStatistics, _ factor: Int, _ seconds: Double
    ) -> [(time: Double, rate: Double)] {
        let width = Double(factor) * seconds
        let rates = arrivals.counts(of: factor).map { $0 / width }
        guard let first = rates.first, let last = rates.last else { return [] }
        let middles = rates.enumerated().map { (time: (Double($0.offset) + 0.5) * width, rate: $0.element) }
        return [(time: 0, rate: first)] + middles + [(time: Double(rates.count) * width, rate: last)]
    }

    /// A Poisson process that is switched on and off, where far more windows are empty than its mean rate explains.
    ///
    /// Most gaps lie within bursts, so their median gives the rate λ while busy; the mean rate over λ the share p of busy time;
    /// and the index of dispersion of long windows t the time constant τ, 1/τ = 1/busy + 1/idle, by
    /// I(t) = 1 + 2 λ (1−p) τ (1 − τ/t (1 − e^(−t/τ))): Fischer and Meier-Hellstern, "The Markov-modulated Poisson process
    /// cookbook", 1993.
    private static func bursts(_ arrivals: ArrivalStatistics, rate: Double) -> (process: Process, why: String)? {
        guard let median = arrivals.gaps.quantile(0.5), median > 0 else { return nil }
        let busyRate = ElementaryFunctions.logarithm(2) / (Double(median) / 1e9)
        let seconds = Double(arrivals.width) / 1e9
        // Windows in which a burst has some ten requests.
        let factor = max(1, Int(10 / busyRate / seconds))
        let counts = arrivals.counts(of: factor)
        guard counts.count >= 64 else { return nil }
        let mean = counts.reduce(0, +) / Double(counts.count)
        let empty = Double(counts.filter { $0 == 0 }.count) / Double(counts.count)
        let explained = ElementaryFunctions.exponential(-mean)
        guard empty > explained + 0.15, empty > 2 * explained else { return nil }
        let window = Double(max(1, arrivals.windows.count / 40)) * seconds
        guard let index = arrivals.dispersion(of: max(1, arrivals.windows.count / 40)), index > 2 else { return nil }
        let share = min(0.98, max(0.01, rate / busyRate))
        func dispersion(_ tau: Double) -> Double {
            let part = 1 - tau / window * (1 - ElementaryFunctions.exponential(-window / tau))
            return 1 + 2 * busyRate * (1 - share) * tau * part
        }
        var (low, high) = (1e-6, window * 4)
        for _ in 0..<100 {
            let middle = (low * high).squareRoot()
            if dispersion(middle) < index { low = middle } else { high = middle }
        }
        let (busy, idle) = (low / (1 - share), low / share)
        let why =
            "\(FitText.number(empty * 100)) % of the windows of \(FitText.time(Double(factor) * seconds)) are empty, where the mean rate explains "
            + "\(FitText.number(explained * 100)) %: bursts; half of all gaps are below \(FitText.time(Double(median) / 1e9))"
        return (.bursts(rate: busyRate, busy: busy, idle: idle), why)
    }
}

/// Numbers as a fitted scenario writes them.
enum FitText {
    /// Some three digits.
    static func number(_ value: Double) -> String {
        guard value.isFinite else { return "?" }
        if value == 0 { return "0" }
        var scale = 1.0
        while value.magnitude * scale < 100, scale < 1e9 { scale *= 10 }
        let rounded = (value * scale).rounded() / scale
        let text = plain(rounded)
        return text
    }

    /// Without an exponent.
    private static func plain(_ value: Double) -> String {
        let isNegative = value < 0
        let magnitude = value.magnitude
        guard magnitude < 1e15 else { return "\(value)" }
        let whole = Int64(magnitude)
        var fraction = Int64(((magnitude - Double(whole)) * 1e9).rounded())
        let carry: Int64 = fraction >= 1_000_000_000 ? 1 : 0
        fraction -= carry * 1_000_000_000
        var digits = String(String(fraction + 1_000_000_000).dropFirst())
        while digits.hasSuffix("0") { digits.removeLast() }
        return "\(isNegative ? "-" : "")\(whole + carry)\(digits.isEmpty ? "" : ".\(digits)")"
    }

    /// A duration of some three digits from seconds.
    static func time(_ seconds: Double) -> String {
        if seconds >= 1 { return "\(number(seconds))s" }
        if seconds >= 1e-3 { return "\(number(seconds * 1e3))ms" }
        if seconds >= 1e-6 { return "\(number(seconds * 1e6))us" }
        return "\(max(0, Int64(seconds * 1e9)))ns"
    }

    /// A text in quotation marks, for YAML.
    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\r": result += "\\r"
            default:
                if scalar.value < 0x20 || scalar.value == 0x7F || (0x80..<0xA0).contains(scalar.value) {
                    let hex = String(scalar.value, radix: 16)
                    result += "\\x" + String(repeating: "0", count: 2 - hex.count) + hex
                } else {
                    result.unicodeScalars.append(scalar)
                }
            }
        }
        return result + "\""
    }
}
