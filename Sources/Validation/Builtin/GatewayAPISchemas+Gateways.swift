extension GatewayAPISchemas {
    /// GatewayClass, Gateway, ListenerSet and ReferenceGrant.
    static let gateways = #"""
        kind GatewayClass of gateway.networking.k8s.io cluster-wide in v1 v1beta1
          spec!: object
            controllerName!: ControllerName
            parametersRef: object
              group!: Group
              kind!: Kind
              name!: ObjectName
              namespace: Namespace
            description: string ..64
          status: ClassStatus

        type RouteGroupKind = object
          group: Group = gateway.networking.k8s.io
          kind!: Kind
        type RouteNamespaces = object
          from: one of All Selector Same = Same
          selector: LabelSelector
        type AllowedRoutes = object
          namespaces: RouteNamespaces = {from: Same}
          kinds: [RouteGroupKind] ..8
        type ListenerTLSConfig = object
          mode: one of Terminate Passthrough = Terminate
          certificateRefs: [SecretObjectReference] ..64
          options: map of AnnotationValue ..16
          rule missing-field "a listener that terminates TLS needs certificateRefs, or options that stand for them"
            self.mode != 'Terminate' || has(self.certificateRefs) && size(self.certificateRefs) > 0
            || has(self.options) && size(self.options) > 0
        type ProtocolType = string 1..255 "HTTP, HTTPS, TLS, TCP, UDP, or a domain and a name"
          matches ^[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?$|[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/[A-Za-z0-9]+$
        type Listener = object
          name!: SectionName
          hostname: Hostname
          port!: PortNumber
          protocol!: ProtocolType
          tls: ListenerTLSConfig
          allowedRoutes: AllowedRoutes = {namespaces: {from: Same}}
        type Listeners = [Listener] 1..64 by name
          rule conflicting-fields "a listener of protocol HTTP, TCP or UDP has no tls"
            self.all(l, !(l.protocol in ['HTTP', 'TCP', 'UDP']) || !has(l.tls))
          rule conflicting-fields "the tls.mode of a listener of protocol HTTPS is Terminate"
            self.all(l, l.protocol != 'HTTPS' || !has(l.tls) || l.tls.mode in ['', 'Terminate'])
          rule missing-field "a listener of protocol TLS needs tls with a mode"
            self.all(l, l.protocol != 'TLS' || has(l.tls) && has(l.tls.mode) && l.tls.mode != '')
          rule conflicting-fields "a listener of protocol TCP or UDP has no hostname"
            self.all(l, !(l.protocol in ['TCP', 'UDP']) || !has(l.hostname) || l.hostname == '')
          distinct by name "a listener's name is given twice"
          distinct by port protocol hostname? "a combination of port, protocol and hostname is given twice"

        type AddressType = string 1..253 "IPAddress, Hostname, NamedAddress, or a domain and a name"
          matches ^Hostname|IPAddress|NamedAddress|[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/[A-Za-z0-9\/\-._~%!$&'()*+,;=:]+$
        type GatewayAddress = object
          type: AddressType = IPAddress
          value: string ..253
          when type is IPAddress, value is ipv4 or ipv6
          rule invalid-format at value "the value of an address of type Hostname is a lowercase DNS name, or one after *."
            self.type == 'Hostname' && has(self.value) ? self.value.matches(r'^(\*\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$') : true
        type GatewayStatusAddress = object
          type: string
          value: string
        type LabelKeys = map of LabelValue ..8
          rule invalid-format "the keys of labels are names with or without a domain and a slash before them"
            self.all(key, key.matches(r'^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?([A-Za-z0-9][-A-Za-z0-9_.]{0,61})?[A-Za-z0-9]$'))
          rule invalid-length "the domain in the key of a label is shorter than 253 characters"
            self.all(key, key.split('/')[0].size() < 253)
        type AnnotationKeys = map of AnnotationValue ..16
          rule invalid-format "the keys of annotations are names with or without a domain and a slash before them"
            self.all(key, key.matches(r'^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?([A-Za-z0-9][-A-Za-z0-9_.]{0,61})?[A-Za-z0-9]$'))
          rule invalid-length "the domain in the key of an annotation is shorter than 253 characters"
            self.all(key, key.split('/')[0].size() < 253)
        type FrontendTLSValidation = object
          caCertificateRefs!: [ObjectReference] 1..16
          mode: one of AllowValidOnly AllowInsecureFallback = AllowValidOnly
        type TLSConfig = object
          validation: FrontendTLSValidation
        type TLSPortConfig = object
          port!: PortNumber
          tls!: TLSConfig
        type ListenerStatus = object
          name: string
          supportedKinds: [RouteGroupKind]
          attachedRoutes: integer
          conditions: Conditions

        kind Gateway of gateway.networking.k8s.io in v1 v1beta1
          spec!: object
            gatewayClassName!: ObjectName
            listeners!: Listeners
            addresses: [GatewayAddress] ..16
              rule duplicate-item "an address of type IPAddress is given twice"
                self.all(a, a.type == 'IPAddress' && has(a.value) ? self.exists_one(b, b.type == a.type && has(b.value) && b.value == a.value) : true)
              rule duplicate-item "an address of type Hostname is given twice"
                self.all(a, a.type == 'Hostname' && has(a.value) ? self.exists_one(b, b.type == a.type && has(b.value) && b.value == a.value) : true)
            infrastructure: object
              labels: LabelKeys
              annotations: AnnotationKeys
              parametersRef: LocalObjectReference
            allowedListeners: object
              namespaces: object = {from: None}
                from: one of All Selector Same None = None
                selector: LabelSelector
            tls: object
              backend: object
                clientCertificateRef: SecretObjectReference
              frontend: object
                default!: TLSConfig
                perPort: [TLSPortConfig] ..64 by port
                  distinct by port "a port is given twice"
            defaultScope: DefaultScope @experimental
          status: object
            addresses: [GatewayStatusAddress]
            attachedListenerSets: integer
            conditions: Conditions
            listeners: [ListenerStatus] by name

        type ParentGatewayReference = object
          group: Group = gateway.networking.k8s.io
          kind: Kind = Gateway
          name!: ObjectName
          namespace: Namespace
        kind ListenerSet of gateway.networking.k8s.io in v1
          spec!: object
            parentRef!: ParentGatewayReference
            listeners!: Listeners
          status: object
            conditions: Conditions
            listeners: [ListenerStatus] by name

        type ReferenceGrantFrom = object
          group!: Group
          kind!: Kind
          namespace!: Namespace
        type ReferenceGrantTo = object
          group!: Group
          kind!: Kind
          name: ObjectName
        kind ReferenceGrant of gateway.networking.k8s.io in v1beta1 v1
          spec!: object
            from!: [ReferenceGrantFrom] 1..16
            to!: [ReferenceGrantTo] 1..16

        """#
}
