/// weir's own form of the Gateway API v1.6, to be read beside the specification: the first part, what many kinds share.
///
/// Source: Gateway API, API reference; the limits and patterns are those of the types of its version v1.6.1.
enum GatewayAPISchemas {
    /// The form is described at `SchemaText`.
    static let text = [common, status, gateways, filters, httpRoutes, grpcRoutes, routes, policies, experimental]
        .joined(separator: "\n")

    private static let common = #"""
        type PreciseHostname = string 1..253 "a lowercase DNS name"
          matches ^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$
        type Hostname = string 1..253 "a lowercase DNS name, or one after *."
          matches ^(\*\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$
        type SectionName = string 1..253 "lowercase letters, digits, dashes and dots, as in a DNS name"
          matches ^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$
        type ObjectName = string 1..253 "a name"
        type Namespace = string 1..63 "a DNS label"
          matches ^[a-z0-9]([-a-z0-9]*[a-z0-9])?$
        type Group = string ..253 "an API group (a DNS name, or empty for the core group)"
          matches ^$|^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$
        type Kind = string 1..63 "a kind (letters, digits and dashes)"
          matches ^[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?$
        type PortNumber = int32 1..65535
        type ControllerName = string 1..253 "a domain and a path, such as example.com/controller"
          matches ^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/[A-Za-z0-9\/\-._~%!$&'()*+,;=:]+$
          rule conflicting-fields "controllerName cannot be changed"
            self == oldSelf
        type Duration = string "a duration such as 500ms, 10s or 1m30s"
          matches ^([0-9]{1,5}(h|m|s|ms)){1,4}$
        type AnnotationValue = string ..4096
        type LabelValue = string ..63 "a label value"
          matches ^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$

        # References. What a group and a kind are where nothing is written depends on who refers.
        type LocalObjectReference = object
          group!: Group
          kind!: Kind
          name!: ObjectName
        type ObjectReference = object
          group!: Group
          kind!: Kind
          name!: ObjectName
          namespace: Namespace
        type SecretObjectReference = object
          group: Group = ""
          kind: Kind = Secret
          name!: ObjectName
          namespace: Namespace
        type ParentReference = object
          group: Group = gateway.networking.k8s.io
          kind: Kind = Gateway
          namespace: Namespace
          name!: ObjectName
          sectionName: SectionName
          port: PortNumber
        type ParentReferences = [ParentReference] ..32
          alike sectionName? port? among group kind name namespace? "a parent is named several times, but not always with sectionName or port" @experimental
          alike sectionName? among group kind name namespace? "a parent is named several times, but not always with sectionName" @standard
          distinct by group kind name namespace? sectionName? port? "a parent is given twice with the same section and port" @experimental
          distinct by group kind name namespace? sectionName? "a parent is given twice with the same section" @standard
        type BackendObjectReference = object
          group: Group = ""
          kind: Kind = Service
          name!: ObjectName
          namespace: Namespace
          port: PortNumber
          rule missing-field "a reference to a Service needs the Service's port"
            size(self.group) == 0 && self.kind == 'Service' ? has(self.port) : true
        type BackendRef = object
          group: Group = ""
          kind: Kind = Service
          name!: ObjectName
          namespace: Namespace
          port: PortNumber
          weight: int32 0..1000000 = 1
          rule missing-field "a reference to a Service needs the Service's port"
            size(self.group) == 0 && self.kind == 'Service' ? has(self.port) : true
        type LabelSelectorRequirement = object
          key!: string
          operator!: string
          values: [string]
        type LabelSelector = object
          matchLabels: map of string
          matchExpressions: [LabelSelectorRequirement]
        type DefaultScope = one of All None
        type CookieConfig = object
          lifetimeType: one of Permanent Session = Session
        type SessionPersistence = object
          sessionName: string ..128
          absoluteTimeout: Duration
          type: one of Cookie Header = Cookie
          cookieConfig: CookieConfig
          rule missing-field "a cookie whose lifetimeType is Permanent needs an absoluteTimeout"
            !has(self.cookieConfig) || !has(self.cookieConfig.lifetimeType)
            || self.cookieConfig.lifetimeType != 'Permanent' || has(self.absoluteTimeout)
          rule conflicting-fields at cookieConfig "cookieConfig needs type Cookie"
            !has(self.cookieConfig) || self.type == 'Cookie'

        """#

    /// A status is written by controllers: of it only the names of the fields are looked at.
    private static let status = #"""
        type Condition = object
          type: string
          status: string
          observedGeneration: integer
          lastTransitionTime: string
          reason: string
          message: string
        type Conditions = [Condition] by type
        type Status = object
          conditions: Conditions
        type RouteParentStatus = object
          parentRef: ParentReference
          controllerName: string
          conditions: Conditions
        type RouteStatus = object
          parents: [RouteParentStatus]
        type PolicyAncestorStatus = object
          ancestorRef: ParentReference
          controllerName: string
          conditions: Conditions
        type PolicyStatus = object
          ancestors: [PolicyAncestorStatus]
        type SupportedFeature = object
          name: string
        type ClassStatus = object
          conditions: Conditions
          supportedFeatures: [SupportedFeature] by name

        """#
}
