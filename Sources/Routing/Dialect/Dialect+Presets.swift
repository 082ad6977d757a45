extension Dialect {
    /// The text of Gateway API v1.6, and where it is silent its plainest reading: exact paths before regular expressions
    /// before prefixes, longer patterns first; no normalisation; expressions match in full; repeated headers are joined
    /// with a comma and the first of repeated query parameters counts.
    public static let specification = Dialect(
        name: "specification",
        hostnames: Hostnames(
            sharing: .none, serverName: .mustAgreeWithHost, fallsThrough: true, compared: .own, trailingDot: .kept,
            isSharedBetweenKinds: false, answersUnroutedConnections: false),
        ranking: Ranking(
            order: .criteria([.pathType, .pathLength, .method, .headerCount, .queryParameterCount]),
            sameMatch: .ranked, equalRank: .known(.olderRoute)),
        target: .asSent,
        conditions: Conditions(
            expression: .whole, repeatedHeader: .joined, repeatedParameter: .firstValue, parameterDecoding: .none,
            semicolonDivides: false, repeatedEntry: .ignored, hostHeader: .absent, unknownMethod: .ordinary,
            grpcMethod: .names),
        filters: Filters(
            redirectPort: .listener, rewritePrefix: .segments, redirectPrefix: .segments, rewriteFullPath: .verbatim,
            redirectFullPath: .verbatim, modifiesRedirects: false, modifierOrder: .setAddRemove,
            modifierScope: .backendLast, responseModifierScope: .backendLast, namesDifferingInCase: .known(.last),
            hostModifier: .known(true),
            percentInHeaderValue: .known(true), mirror: .carriedOut, cors: .known(.carriedOut)),
        backends: Backends(statusOfZeroWeights: 500, statusOfNone: 500, statusOfNoneWithFilters: 500, speaksGRPC: true),
        retries: .specification)

    /// Envoy 1.40 with the configuration that Envoy Gateway v1.9 writes for it, by default: `normalize_path`, `merge_slashes`
    /// and `UNESCAPE_AND_REDIRECT` on.
    public static let envoy = Dialect(
        name: "envoy",
        hostnames: Hostnames(
            sharing: .withoutTLS, serverName: .choosesListener, fallsThrough: false, compared: .intersection,
            trailingDot: .kept, isSharedBetweenKinds: true, answersUnroutedConnections: false),
        ranking: Ranking(
            order: .criteria([
                .pathType, .pathByteCount, .headerAndMethodCount, .exactHeaderAndMethodCount, .queryParameterCount,
                .exactQueryParameterCount,
            ]),
            sameMatch: .ranked, equalRank: .known(.olderRoute)),
        target: Target(
            slashes: .mergedAfterDots, dotSegments: .resolved, encoded: .unreservedDecoded, encodedSlash: .redirected,
            backslash: .becomesSlash, otherBytes: .encodedWithinASCII, refusesBrokenEncoding: false,
            refusesEncodedZero: true, matched: .asForwarded, fragment: .refused, otherForms: .refused),
        conditions: Conditions(
            expression: .whole, repeatedHeader: .anyValue, repeatedParameter: .firstValue, parameterDecoding: .none,
            semicolonDivides: false, repeatedEntry: .mustHold, hostHeader: .authority, unknownMethod: .refused,
            grpcMethod: .path),
        filters: Filters(
            redirectPort: .listenerButWellKnown, rewritePrefix: .text, redirectPrefix: .textWithSlash,
            rewriteFullPath: .substitution, redirectFullPath: .pathAndQuery, modifiesRedirects: true,
            modifierOrder: .removeAddSet, modifierScope: .ruleLast, responseModifierScope: .ruleLast,
            namesDifferingInCase: .known(.first),
            hostModifier: .unknown, percentInHeaderValue: .unknown, mirror: .carriedOut, cors: .unknown),
        backends: Backends(statusOfZeroWeights: 500, statusOfNone: 500, statusOfNoneWithFilters: 500, speaksGRPC: true),
        retries: Retries(attempts: 2, codes: [503], broken: false, backoff: .bound, redrawsSplit: true))

    /// Traefik 3.7 with its own Gateway API provider.
    public static let traefik = Dialect(
        name: "traefik",
        hostnames: Hostnames(
            sharing: .all, serverName: .ignored, fallsThrough: true, compared: .intersection,
            trailingDot: .ignoredByExactNames, isSharedBetweenKinds: false, answersUnroutedConnections: true),
        ranking: Ranking(
            order: .score(
                Score(
                    exactPath: 100_000, rootPrefix: 1, pattern: 10_000, patternByte: 100, method: 1_000, header: 100,
                    queryParameter: 10, hostnameByte: 1, ruleToTheEnd: 1)),
            sameMatch: .olderRouteAlone, equalRank: .unknown),
        target: Target(
            slashes: .mergedBeforeDots, dotSegments: .resolvedWithoutSlash,
            encoded: .unreservedDecodedOthersInUpperCase, encodedSlash: .kept, backslash: .encoded,
            otherBytes: .encodedAnew, refusesBrokenEncoding: true, refusesEncodedZero: false, matched: .decoded,
            fragment: .refusedInPath, otherForms: .refusedButAsterisk),
        conditions: Conditions(
            expression: .part, repeatedHeader: .anyValue, repeatedParameter: .anyValue, parameterDecoding: .form,
            semicolonDivides: true, repeatedEntry: .mustHold, hostHeader: .absent, unknownMethod: .ordinary,
            grpcMethod: .expression),
        filters: Filters(
            redirectPort: .host, rewritePrefix: .segmentsWithoutRoot, redirectPrefix: .segments,
            rewriteFullPath: .unencoded, redirectFullPath: .unencoded, modifiesRedirects: false,
            modifierOrder: .setAddRemove, modifierScope: .backendLast, responseModifierScope: .ruleLast,
            namesDifferingInCase: .unknown,
            hostModifier: .known(true), percentInHeaderValue: .known(true), mirror: .breaksRule, cors: .unknown),
        backends: Backends(
            statusOfZeroWeights: 503, statusOfNone: 500, statusOfNoneWithFilters: 503, speaksGRPC: false),
        retries: .specification)
}
