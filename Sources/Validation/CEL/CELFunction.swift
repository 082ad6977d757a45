/// The functions that weir evaluates, by their names in a rule. All of CEL's standard definitions that Kubernetes has, and of
/// its extensions those for strings, lists, addresses and names.
///
/// Source: Kubernetes, "Common Expression Language in Kubernetes", section "CEL language features".
enum CELFunction: String, Sendable, CaseIterable {
    case size, contains, startsWith, endsWith, matches
    case charAt, indexOf, lastIndexOf, lowerAscii, upperAscii, replace, split, substring, trim, join
    case isSorted, sum, min, max
    case int, uint, double, string, bytes, bool, dyn, type
    case duration, timestamp
    case getHours, getMinutes, getSeconds, getMilliseconds
    case getFullYear, getMonth, getDate, getDayOfMonth, getDayOfWeek, getDayOfYear
    case isIP, ip, isCIDR, cidr, family, containsIP, containsCIDR, prefixLength, masked
    case isUnspecified, isLoopback, isLinkLocalMulticast, isLinkLocalUnicast, isGlobalUnicast
    case isURL
    case formatNamed = "format.named"
    case validate
    case hasValue, value, orValue, or
    case optionalNone = "optional.none"
    case optionalOf = "optional.of"
    case optionalOfNonZero = "optional.ofNonZeroValue"
    case setsContains = "sets.contains"
    case setsIntersects = "sets.intersects"
    case setsEquivalent = "sets.equivalent"
    case isCanonical = "ip.isCanonical"
    case reverse

    /// What may stand before the dot and between the parentheses: whether a receiver is wanted, and how many arguments.
    func accepts(receiver: Bool, arguments: Int) -> Bool {
        switch self {
        case .size: receiver ? arguments == 0 : arguments == 1
        case .contains, .startsWith, .endsWith, .orValue, .or, .containsIP, .containsCIDR: receiver && arguments == 1
        case .matches: receiver ? arguments == 1 : arguments == 2
        case .charAt: receiver && arguments == 1
        case .indexOf, .lastIndexOf, .split, .substring: receiver && (1...2).contains(arguments)
        case .replace: receiver && (2...3).contains(arguments)
        case .lowerAscii, .upperAscii, .trim, .reverse, .isSorted, .sum, .min, .max, .hasValue, .value, .family,
            .prefixLength, .masked, .isUnspecified, .isLoopback, .isLinkLocalMulticast, .isLinkLocalUnicast,
            .isGlobalUnicast:
            receiver && arguments == 0
        case .join: receiver && arguments <= 1
        case .int, .uint, .double, .string, .bytes, .bool, .dyn, .type, .duration, .timestamp, .isIP, .isCIDR, .cidr,
            .isURL:
            !receiver && arguments == 1
        case .ip: receiver ? arguments == 0 : arguments == 1
        case .getHours, .getMinutes, .getSeconds, .getMilliseconds: receiver && arguments <= 1
        case .getFullYear, .getMonth, .getDate, .getDayOfMonth, .getDayOfWeek, .getDayOfYear: receiver && arguments <= 1
        case .formatNamed, .optionalOf, .optionalOfNonZero, .isCanonical: !receiver && arguments == 1
        case .optionalNone: !receiver && arguments == 0
        case .setsContains, .setsIntersects, .setsEquivalent: !receiver && arguments == 2
        case .validate: receiver && arguments == 1
        }
    }
}
