/// Whether a change lets routes of one namespace take requests that a route of another had.
public enum CaptureCheck: Sendable {
    /// No request goes from a namespace's route to another namespace's: a proof.
    case passes
    /// Some do: these regions.
    case fails([DiffRegion])
    /// None was found, and not everything could be worked out.
    case unknown

    /// Looks through what changes.
    public init(_ diff: TableDiff) {
        let captured = diff.regions.filter { region in
            guard let before = region.fromFacts.route, let after = region.toFacts.route else { return false }
            return before.namespace != after.namespace
        }
        self = captured.isEmpty ? (diff.isComplete ? .passes : .unknown) : .fails(captured)
    }
}
