package import Manifests

/// What a string must be like: a length in characters, and a form.
package struct StringRule: Sendable {
    /// In the words of a message, such as `a DNS name`.
    package let expected: String?
    package let length: ClosedRange<Int>
    private let accepts: (@Sendable (String) -> Bool)?

    package init(_ expected: String?, length: ClosedRange<Int>, _ accepts: (@Sendable (String) -> Bool)? = nil) {
        self.expected = expected
        self.length = length
        self.accepts = accepts
    }

    /// Reports what does not fit. Lengths are counted in code points, as the API server does.
    package func check(_ text: String, _ index: NodeIndex, _ context: DecodingContext) {
        let bytes = text.utf8.count
        if bytes < length.lowerBound || bytes > length.upperBound {
            let count = text.unicodeScalars.count
            if count < length.lowerBound {
                return context.report(.invalidLength, emptyMessage(count), at: index)
            }
            if count > length.upperBound {
                return context.report(
                    .invalidLength, "found \(count) characters, expected at most \(length.upperBound)", at: index)
            }
        }
        if let accepts, !accepts(text) {
            context.report(
                .invalidFormat, "found \(context.description(index)), expected \(expected ?? "another form")", at: index
            )
        }
    }

    private func emptyMessage(_ count: Int) -> String {
        count == 0
            ? "found an empty string, expected \(expected ?? "at least \(length.lowerBound) characters")"
            : "found \(count) characters, expected at least \(length.lowerBound)"
    }
}

extension StringRule {
    package static let any = StringRule(nil, length: 0...Int.max)
    /// `ObjectName` of the Gateway API.
    package static let objectName = StringRule("a name", length: 1...253)
    package static let namespace = StringRule("a DNS label", length: 1...63, Pattern.isLabel)
    package static let group = StringRule("an API group (a DNS name, or empty for the core group)", length: 0...253) {
        $0.isEmpty || Pattern.isSubdomain($0)
    }
    package static let kind = StringRule("a kind (letters, digits and dashes)", length: 1...63, Pattern.isKind)
    /// `SectionName`, and names of objects.
    package static let subdomain = StringRule(
        "lowercase letters, digits, dashes and dots, as in a DNS name", length: 1...253, Pattern.isSubdomain)
    package static let label = StringRule(
        "lowercase letters, digits and dashes, as in a DNS label", length: 1...63, Pattern.isLabel)
    package static let hostname = StringRule(
        "a lowercase DNS name, or one after *.", length: 1...253, Pattern.isHostname)
    package static let serverName = StringRule(
        "a lowercase DNS name, or one after *., and no address", length: 1...253
    ) { Pattern.isHostname($0) && !Pattern.isIPv4Address($0) }
    package static let externalHostname = StringRule(
        "a lowercase DNS name outside of .cluster.local", length: 1...253
    ) { Pattern.isSubdomain($0) && !$0.hasSuffix(".cluster.local") }
    package static let preciseHostname = StringRule("a lowercase DNS name", length: 1...253, Pattern.isSubdomain)
    package static let headerName = StringRule("an HTTP header name (a token)", length: 1...256, Pattern.isToken)
    package static let headerValue = StringRule(
        "visible ASCII characters with single blanks between them", length: 1...4096, Pattern.isHeaderValue)
    package static let controllerName = StringRule(
        "a domain and a path, such as example.com/controller", length: 1...253, Pattern.isDomainPath)
    package static let protocolType = StringRule(
        "HTTP, HTTPS, TLS, TCP, UDP, or a domain and a name", length: 1...255, Pattern.isProtocol)
    package static let addressType = StringRule(
        "IPAddress, Hostname, NamedAddress, or a domain and a name", length: 1...253, Pattern.isAddressType)
    package static let origin = StringRule(
        "* or an origin such as https://*.example.com:8443", length: 1...253, Pattern.isOrigin)
    /// A Service's name: it becomes a DNS label of its own. Source: Kubernetes, RFC 1035 label names.
    package static let serviceName = StringRule(
        "a DNS label that begins with a letter", length: 1...63
    ) { Pattern.isLabel($0) && !($0.utf8.first ?? 0).isDigit }
    package static let optionalLabel = StringRule("a DNS label", length: 0...63) { $0.isEmpty || Pattern.isLabel($0) }
    package static let wellKnownCertificates = StringRule(
        "System, or a domain and a name", length: 1...253, Pattern.isWellKnownCertificates)
    /// `description` of a GatewayClass or a mesh.
    package static let classDescription = StringRule(nil, length: 0...64)
    /// A name in `data` of a Secret or a ConfigMap.
    package static let dataKey = StringRule(
        "letters, digits, dashes, underscores and dots", length: 1...253, Pattern.isDataKey)
    package static let labelKey = StringRule(
        "a label key, such as example.com/name", length: 1...317, Pattern.isQualifiedName)
    package static let labelValue = StringRule("a label value", length: 0...63, Pattern.isLabelValue)
}
