import Foundation

/// How long fuzzers run. In the suite they are short and the same on every run; `make fuzz` makes them long.
public enum Fuzz {
    /// Seeds for a fuzzer: `count` of them, or as many times that as `WEIR_FUZZ_ROUNDS` says, from `WEIR_FUZZ_SEED` on.
    public static func seeds(_ count: Int) -> Range<Int> {
        let environment = ProcessInfo.processInfo.environment
        let rounds = environment["WEIR_FUZZ_ROUNDS"].flatMap { Int($0) } ?? 1
        let first = environment["WEIR_FUZZ_SEED"].flatMap { Int($0) } ?? 0
        return first..<first + count * max(1, rounds)
    }
}
