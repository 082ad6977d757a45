extension Array {
    /// The same elements without the room that growing left behind them: a table lives long and grows no more.
    func trimmed() -> [Element] {
        guard capacity > count else { return self }
        return Array(unsafeUninitializedCapacity: count) { buffer, initialized in
            initialized = buffer.initialize(fromContentsOf: self)
        }
    }
}
