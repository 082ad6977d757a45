extension GatewayAPISchemas {
    /// BackendTLSPolicy.
    static let policies = #"""
        type PolicyTarget = object
          group!: Group
          kind!: Kind
          name!: ObjectName
        type PolicyTargetWithSection = object
          group!: Group
          kind!: Kind
          name!: ObjectName
          sectionName: SectionName
        type SubjectAltName = object
          type!: one of Hostname URI
          hostname: Hostname
          uri: string 1..253 "a URI"
            matches ^(([^:/?#]+):)(//([^/?#]*))([^?#]*)(\?([^#]*))?(#(.*))?
          rule conflicting-fields at hostname "hostname goes with type Hostname alone"
            self.type == 'Hostname' || !has(self.hostname) || self.hostname == ''
          rule missing-field "hostname is missing, which type Hostname needs"
            self.type != 'Hostname' || has(self.hostname) && self.hostname != ''
          rule conflicting-fields at uri "uri goes with type URI alone"
            self.type == 'URI' || !has(self.uri) || self.uri == ''
          rule missing-field "uri is missing, which type URI needs"
            self.type != 'URI' || has(self.uri) && self.uri != ''
        type BackendTLSValidation = object
          caCertificateRefs: [LocalObjectReference] ..8
          wellKnownCACertificates: string 1..253 "System, or a domain and a name"
            matches ^(System|([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/([A-Za-z0-9][-A-Za-z0-9_.]{0,61})?[A-Za-z0-9]))$
          hostname!: PreciseHostname
          subjectAltNames: [SubjectAltName] ..5
          rule conflicting-fields at wellKnownCACertificates "caCertificateRefs and wellKnownCACertificates cannot both be given"
            !(has(self.caCertificateRefs) && size(self.caCertificateRefs) > 0
            && has(self.wellKnownCACertificates) && self.wellKnownCACertificates != '')
          rule missing-field "caCertificateRefs or wellKnownCACertificates is missing: expected who is trusted"
            has(self.caCertificateRefs) && size(self.caCertificateRefs) > 0
            || has(self.wellKnownCACertificates) && self.wellKnownCACertificates != ''
        kind BackendTLSPolicy of gateway.networking.k8s.io in v1 v1alpha3@experimental
          spec!: object
            targetRefs!: [PolicyTargetWithSection] 1..16
              alike sectionName? among group kind name "a target is named several times, but not always with sectionName"
              distinct by group kind name sectionName? "a target is given twice with the same section"
            validation!: BackendTLSValidation
            options: map of AnnotationValue ..16
          status: PolicyStatus

        """#

    /// The kinds of `gateway.networking.x-k8s.io`.
    static let experimental = #"""
        type BackendParentStatus = object
          parentRef: ParentReference
          controllerName: string
          conditions: Conditions
        type BackendStatus = object
          parents: [BackendParentStatus]
        kind XBackend of gateway.networking.x-k8s.io in v1alpha1@experimental
          spec!: object
            type!: one of ExternalHostname
            port!: object
              # As published, the rule for a name compares what is never null with null.
              name: string ..63
                rule unsupported-value "the Gateway API v1.6 takes no name here but the empty one"
                  size(self) == 0
              port!: PortNumber
            protocol: one of TCP HTTP HTTP2 HTTP11 H2C MCP
            tls: object
              mode!: one of None ServerOnly ClientAndServer
              clientCertificateRef: SecretObjectReference
              validation: BackendTLSValidation
              goes clientCertificateRef with mode ClientAndServer
            externalHostname: object
              hostname!: PreciseHostname
                rule invalid-format "an external hostname lies outside of .cluster.local"
                  !self.endsWith('.cluster.local')
            goes externalHostname with type ExternalHostname
          status: BackendStatus

        kind XBackendTrafficPolicy of gateway.networking.x-k8s.io in v1alpha1@experimental
          spec!: object
            targetRefs!: [PolicyTarget] 1..16 by group kind name
            retryConstraint: object
              budget: object = {percent: 20, interval: 10s}
                percent: integer 0..100 = 20
                interval: Duration = 10s
                  rule out-of-range "the interval of a retry budget is from 1s to 1h"
                    duration(self) >= duration('1s') && duration(self) <= duration('1h')
              minRetryRate: object = {count: 10, interval: 1s}
                count: integer 1..1000000
                interval: Duration
                  rule out-of-range "the interval of a retry rate is more than 0 and at most 1h"
                    duration(self) != duration('0s') && duration(self) <= duration('1h')
            sessionPersistence: SessionPersistence
          status: PolicyStatus

        kind XMesh of gateway.networking.x-k8s.io cluster-wide in v1alpha1@experimental
          spec!: object
            controllerName!: ControllerName
            parametersRef: object
              group!: Group
              kind!: Kind
              name!: ObjectName
              namespace: Namespace
            description: string ..64
          status: ClassStatus

        """#
}
