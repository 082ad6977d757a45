extension GatewayAPISchemas {
    static let httpRoutes = #"""
        type HTTPPathMatch = object
          type: one of Exact PathPrefix RegularExpression = PathPrefix
          value: string ..1024 = /
          rule invalid-format at value "a path of type Exact or PathPrefix begins with /"
            self.type == 'RegularExpression' || self.value.startsWith('/')
          rule invalid-format at value "a path of type Exact or PathPrefix has no //, /./, /../ or %2f in it, and no /. or /.. at its end"
            self.type == 'RegularExpression' || !(self.value.contains('//') || self.value.contains('/./')
            || self.value.contains('/../') || self.value.contains('%2f') || self.value.contains('%2F')
            || self.value.endsWith('/.') || self.value.endsWith('/..'))
          rule invalid-format at value "a path of type Exact or PathPrefix has only characters of a URL's path in it, others as %XX"
            self.type == 'RegularExpression' || self.value.matches(r'''^(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|[%][0-9a-fA-F]{2})+$''')
        type HTTPHeaderMatch = object
          type: one of Exact RegularExpression = Exact
          name!: HeaderName
          value!: HeaderValue
        type HTTPQueryParamMatch = object
          type: one of Exact RegularExpression = Exact
          name!: HeaderName
          value!: string 1..1024
        type HTTPRouteMatch = object
          path: HTTPPathMatch = {type: PathPrefix, value: /}
          headers: [HTTPHeaderMatch] ..16 by name
          queryParams: [HTTPQueryParamMatch] ..16 by name
          method: one of GET HEAD POST PUT DELETE CONNECT OPTIONS TRACE PATCH
        type HTTPBackendRef = object
          group: Group = ""
          kind: Kind = Service
          name!: ObjectName
          namespace: Namespace
          port: PortNumber
          weight: int32 0..1000000 = 1
          filters: HTTPRouteFilters
          rule missing-field "a reference to a Service needs the Service's port"
            size(self.group) == 0 && self.kind == 'Service' ? has(self.port) : true
        type RetryCode = integer 400..599
        type HTTPRouteRule = object
          name: SectionName
          matches: [HTTPRouteMatch] ..64 = [{path: {type: PathPrefix, value: /}}]
          filters: HTTPRouteFilters
          backendRefs: [HTTPBackendRef] ..16
          timeouts: object
            request: Duration
            backendRequest: Duration
            rule conflicting-fields at backendRequest "the backendRequest timeout is longer than the request timeout"
              !(has(self.request) && has(self.backendRequest) && duration(self.request) != duration('0s')
              && duration(self.backendRequest) > duration(self.request))
          retry: object @experimental
            codes: [RetryCode] set
            attempts: integer 1..
            backoff: Duration
          sessionPersistence: SessionPersistence @experimental
          rule conflicting-fields at backendRefs "a rule with a RequestRedirect filter cannot have backendRefs"
            !(has(self.backendRefs) && size(self.backendRefs) > 0 && has(self.filters)
            && self.filters.exists(f, has(f.requestRedirect)))
          # A prefix can be replaced where there is one: in a rule with one match of type PathPrefix.
          rule conflicting-fields at matches "a RequestRedirect filter with ReplacePrefixMatch needs a rule with exactly one match, of type PathPrefix"
            !(has(self.filters) && self.filters.exists_one(f, has(f.requestRedirect) && has(f.requestRedirect.path)
            && f.requestRedirect.path.type == 'ReplacePrefixMatch' && has(f.requestRedirect.path.replacePrefixMatch)))
            || size(self.matches) == 1 && has(self.matches[0].path) && self.matches[0].path.type == 'PathPrefix'
          rule conflicting-fields at matches "a URLRewrite filter with ReplacePrefixMatch needs a rule with exactly one match, of type PathPrefix"
            !(has(self.filters) && self.filters.exists_one(f, has(f.urlRewrite) && has(f.urlRewrite.path)
            && f.urlRewrite.path.type == 'ReplacePrefixMatch' && has(f.urlRewrite.path.replacePrefixMatch)))
            || size(self.matches) == 1 && has(self.matches[0].path) && self.matches[0].path.type == 'PathPrefix'
          # As published, these two look at rules in which exactly one backend has such a filter.
          rule conflicting-fields at matches "a RequestRedirect filter with ReplacePrefixMatch, at a backend, needs a rule with exactly one match, of type PathPrefix"
            !(has(self.backendRefs) && self.backendRefs.exists_one(b, has(b.filters) && b.filters.exists_one(f,
            has(f.requestRedirect) && has(f.requestRedirect.path) && f.requestRedirect.path.type == 'ReplacePrefixMatch'
            && has(f.requestRedirect.path.replacePrefixMatch))))
            || size(self.matches) == 1 && has(self.matches[0].path) && self.matches[0].path.type == 'PathPrefix'
          rule conflicting-fields at matches "a URLRewrite filter with ReplacePrefixMatch, at a backend, needs a rule with exactly one match, of type PathPrefix"
            !(has(self.backendRefs) && self.backendRefs.exists_one(b, has(b.filters) && b.filters.exists_one(f,
            has(f.urlRewrite) && has(f.urlRewrite.path) && f.urlRewrite.path.type == 'ReplacePrefixMatch'
            && has(f.urlRewrite.path.replacePrefixMatch))))
            || size(self.matches) == 1 && has(self.matches[0].path) && self.matches[0].path.type == 'PathPrefix'

        kind HTTPRoute of gateway.networking.k8s.io in v1 v1beta1
          spec!: object
            parentRefs: ParentReferences
            useDefaultGateways: DefaultScope @experimental
            hostnames: [Hostname] ..16
            rules: [HTTPRouteRule] 1..16 = [{matches: [{path: {type: PathPrefix, value: /}}]}]
              rule item-count "the rules of a route have at most 128 matches in all"
                self.map(r, size(r.matches)).sum() <= 128
              distinct by name+ "a rule's name is given twice" @experimental
          status: RouteStatus

        """#

    static let grpcRoutes = #"""
        type GRPCMethodMatch = object
          type: one of Exact RegularExpression = Exact
          service: string ..1024
          method: string ..1024
          rule missing-field "a method match needs a service, a method or both"
            has(self.type) ? has(self.service) || has(self.method) : true
          rule invalid-format at service "a service of type Exact is names of letters, digits and underscores with dots between them"
            (!has(self.type) || self.type == 'Exact') && has(self.service)
            ? self.service.matches(r'^(?i)\.?[a-z_][a-z_0-9]*(\.[a-z_][a-z_0-9]*)*$') : true
          rule invalid-format at method "a method of type Exact is a name of letters, digits and underscores"
            (!has(self.type) || self.type == 'Exact') && has(self.method)
            ? self.method.matches(r'^[A-Za-z_][A-Za-z_0-9]*$') : true
        type GRPCHeaderMatch = object
          type: one of Exact RegularExpression = Exact
          name!: HeaderName
          value!: string 1..4096
        type GRPCRouteMatch = object
          method: GRPCMethodMatch
          headers: [GRPCHeaderMatch] ..16 by name
        type GRPCBackendRef = object
          group: Group = ""
          kind: Kind = Service
          name!: ObjectName
          namespace: Namespace
          port: PortNumber
          weight: int32 0..1000000 = 1
          filters: GRPCRouteFilters
          rule missing-field "a reference to a Service needs the Service's port"
            size(self.group) == 0 && self.kind == 'Service' ? has(self.port) : true
        type GRPCRouteRule = object
          name: SectionName
          matches: [GRPCRouteMatch] ..64
          filters: GRPCRouteFilters
          backendRefs: [GRPCBackendRef] ..16
          sessionPersistence: SessionPersistence @experimental
        kind GRPCRoute of gateway.networking.k8s.io in v1
          spec!: object
            parentRefs: ParentReferences
            useDefaultGateways: DefaultScope @experimental
            hostnames: [Hostname] ..16
            rules: [GRPCRouteRule] ..16
              rule item-count "the rules of a route have at most 128 matches in all"
                self.map(r, has(r.matches) ? size(r.matches) : 0).sum() <= 128
              distinct by name+ "a rule's name is given twice" @experimental
          status: RouteStatus

        """#

    /// TLSRoute, TCPRoute and UDPRoute.
    static let routes = #"""
        type ForwardingRule = object
          name: SectionName
          backendRefs!: [BackendRef] 1..16

        kind TLSRoute of gateway.networking.k8s.io in v1 v1alpha3@experimental v1alpha2@experimental
          spec!: object
            parentRefs: ParentReferences
            useDefaultGateways: DefaultScope @experimental
            hostnames!: [Hostname] 1..1024 @not-v1alpha2
              rule invalid-format "a hostname is no address"
                self.all(h, !isIP(h))
              rule invalid-format "a hostname without * is a lowercase DNS name"
                self.all(h, h.contains('*') || h.matches(r'^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*)$'))
              rule invalid-format "a hostname with * has it as its first label alone, before a lowercase DNS name"
                self.all(h, !h.contains('*') || h.startsWith('*.') && h.substring(2).matches(r'^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*)$'))
            hostnames: [Hostname] ..1024 @v1alpha2
            rules!: [ForwardingRule] 1..1 @not-v1alpha2
            rules!: [ForwardingRule] 1..16 @v1alpha2
              distinct by name+ "a rule's name is given twice"
          status: RouteStatus

        kind TCPRoute of gateway.networking.k8s.io in v1 v1alpha2@experimental
          spec!: object
            parentRefs: ParentReferences
            useDefaultGateways: DefaultScope @experimental
            rules!: [ForwardingRule] 1..1 @v1
            rules!: [ForwardingRule] 1..16 @v1alpha2
              distinct by name+ "a rule's name is given twice"
          status: RouteStatus

        kind UDPRoute of gateway.networking.k8s.io in v1 v1alpha2@experimental
          spec!: object
            parentRefs: ParentReferences
            useDefaultGateways: DefaultScope @experimental
            rules!: [ForwardingRule] 1..1 @v1
            rules!: [ForwardingRule] 1..16 @v1alpha2
              distinct by name+ "a rule's name is given twice"
          status: RouteStatus

        """#
}
