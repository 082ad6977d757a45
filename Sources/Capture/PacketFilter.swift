import CLibPCAP

/// A filter in the language of tcpdump (pcap-filter(7)), compiled by libpcap for each link type that occurs.
final class PacketFilter {
    private let text: String
    private var programs: [LinkType: bpf_program?] = [:]
    /// Why the filter cannot be used with a link type that occurred.
    private(set) var failures: [LinkType: String] = [:]

    /// Checks a filter; throws where it is none for Ethernet nor for raw IP.
    init(_ text: String) throws(InputError) {
        self.text = text
        var reason = ""
        for linkType in [LinkType.ethernet, .raw] {
            guard let failure = compile(linkType) else { return }
            reason = failure
        }
        throw InputError(.usage, file: "--filter", message: "\(reason): \(text)")
    }

    deinit {
        for case var program? in programs.values { pcap_freecode(&program) }
    }

    /// Whether a packet passes. None does of a link type for which the filter makes no sense.
    func matches(_ packet: Packet, _ bytes: Span<UInt8>) -> Bool {
        if programs[packet.linkType] == nil, let failure = compile(packet.linkType) {
            failures[packet.linkType] = failure
        }
        guard case var program?? = programs[packet.linkType] else { return false }
        var header = pcap_pkthdr()
        header.caplen = UInt32(bytes.count)
        header.len = UInt32(clamping: packet.originalLength)
        return bytes.withUnsafeBufferPointer { pcap_offline_filter(&program, &header, $0.baseAddress) != 0 }
    }

    /// Compiles the filter for a link type; returns what is wrong with it.
    private func compile(_ linkType: LinkType) -> String? {
        // Files number raw IP differently than the library does.
        let number = linkType == .raw ? DLT_RAW : Int32(truncatingIfNeeded: linkType.rawValue)
        guard let handle = pcap_open_dead(number, Int32(PacketReader.capturedBytesMax)) else {
            return "libpcap does not know link type \(linkType.rawValue)"
        }
        defer { pcap_close(handle) }
        var program = bpf_program()
        guard pcap_compile(handle, &program, text, 1, bpf_u_int32.max) == 0 else {
            programs[linkType] = .some(nil)
            return pcap_geterr(handle).map { String(cString: $0) } ?? "not a filter"
        }
        programs[linkType] = program
        return nil
    }
}
