import Manifests

extension CELEvaluator {
    /// Kubernetes' functions for addresses and ranges of them.
    func addressFunction(_ function: CELFunction, _ one: CELValue, _ others: [CELValue]) -> CELValue {
        switch (function, one) {
        case (.ip, .addressRange(let address, _)): return .address(address)
        case (.family, .address(let address)): return .int(address.isIPv4 ? 4 : 6)
        case (.prefixLength, .addressRange(_, let prefix)): return .int(Int64(prefix))
        case (.masked, .addressRange(let address, let prefix)):
            return .addressRange(address.masked(prefix), prefix: prefix)
        case (.containsIP, .addressRange(let address, let prefix)):
            guard let other = others.first, let inner = self.address(other) else { break }
            return .bool(
                inner.isIPv4 == address.isIPv4 && inner.masked(prefix) == address.masked(prefix))
        case (.containsCIDR, .addressRange(let address, let prefix)):
            guard let other = others.first, let (inner, innerPrefix) = range(other) else { break }
            return .bool(
                inner.isIPv4 == address.isIPv4 && innerPrefix >= prefix
                    && inner.masked(prefix) == address.masked(prefix))
        case (.isUnspecified, .address(let address)): return .bool(address.bytes.allSatisfy { $0 == 0 })
        case (.isLoopback, .address(let address)): return .bool(Self.isLoopback(address))
        case (.isLinkLocalUnicast, .address(let address)): return .bool(Self.isLinkLocal(address))
        case (.isLinkLocalMulticast, .address(let address)):
            let bytes = address.bytes
            return .bool(
                address.isIPv4 ? bytes[..<3] == [224, 0, 0] : bytes[0] == 0xFF && bytes[1] & 0x0F == 2)
        case (.isGlobalUnicast, .address(let address)):
            let bytes = address.bytes
            let isMulticast = address.isIPv4 ? bytes[0] >> 4 == 14 : bytes[0] == 0xFF
            let isUnspecified = bytes.allSatisfy { $0 == 0 }
            let isBroadcast = bytes == [255, 255, 255, 255]
            return .bool(
                !(isMulticast || isUnspecified || isBroadcast || Self.isLoopback(address) || Self.isLinkLocal(address)))
        default: break
        }
        guard let text = text(one), spend(text.utf8.count / 10) else {
            return fail("\(function.rawValue)() does not take such a value")
        }
        switch function {
        case .isIP: return .bool(IPAddress(text) != nil)
        case .isCIDR: return .bool(IPAddress.isRange(text))
        case .ip: return IPAddress(text).map(CELValue.address) ?? fail("\"\(text.prefix(60))\" is no address")
        case .isCanonical:
            guard let address = IPAddress(text) else { return fail("\"\(text.prefix(60))\" is no address") }
            return .bool(address.description == text)
        case .cidr:
            guard let (address, prefix) = IPAddress.range(text) else {
                return fail("\"\(text.prefix(60))\" is no address range")
            }
            return .addressRange(address, prefix: prefix)
        default: return fail("\(function.rawValue)() does not take such a value")
        }
    }

    private func address(_ value: CELValue) -> IPAddress? {
        if case .address(let address) = value { return address }
        return text(value).flatMap { IPAddress($0) }
    }

    private func range(_ value: CELValue) -> (IPAddress, Int)? {
        if case .addressRange(let address, let prefix) = value { return (address, prefix) }
        return text(value).flatMap { IPAddress.range($0) }
    }

    private static func isLoopback(_ address: IPAddress) -> Bool {
        address.isIPv4
            ? address.bytes[0] == 127 : address.bytes.dropLast().allSatisfy { $0 == 0 } && address.bytes[15] == 1
    }

    private static func isLinkLocal(_ address: IPAddress) -> Bool {
        address.isIPv4
            ? address.bytes[0] == 169 && address.bytes[1] == 254
            : address.bytes[0] == 0xFE && address.bytes[1] & 0xC0 == 0x80
    }
}
