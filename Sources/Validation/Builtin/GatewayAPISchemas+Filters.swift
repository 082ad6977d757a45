extension GatewayAPISchemas {
    /// The filters of HTTPRoute and GRPCRoute.
    static let filters = #"""
        type HeaderName = string 1..256 "an HTTP header name (a token)"
          matches ^[A-Za-z0-9!#$%&'*+\-.^_\x60|~]+$
        type HeaderValue = string 1..4096 "visible ASCII characters with single blanks between them" @experimental
          matches ^[!-~]+([\t ]?[!-~]+)*$ @experimental
        type HeaderValue = string 1..4096 @standard
        type Header = object
          name!: HeaderName
          value!: HeaderValue
        type HeaderFilter = object
          set: [Header] ..16 by name
          add: [Header] ..16 by name
          remove: [string] ..16 set
        type Fraction = object
          numerator!: int32 0..
          denominator: int32 1.. = 100
          rule out-of-range at numerator "the numerator is at most the denominator"
            self.numerator <= self.denominator
        type RequestMirror = object
          backendRef!: BackendObjectReference
          percent: int32 0..100
          fraction: Fraction
          rule conflicting-fields at fraction "percent and fraction cannot both be given"
            !has(self.percent) || !has(self.fraction)
        type PathModifier = object
          type!: one of ReplaceFullPath ReplacePrefixMatch
          replaceFullPath: string ..1024
          replacePrefixMatch: string ..1024
          goes replaceFullPath with type ReplaceFullPath
          goes replacePrefixMatch with type ReplacePrefixMatch
        type RequestRedirect = object
          scheme: one of http https
          hostname: PreciseHostname
          path: PathModifier
          port: PortNumber
          statusCode: integer one of 301 302 303 307 308 = 302
        type URLRewrite = object
          hostname: PreciseHostname
          path: PathModifier
        type CORSOrigin = string 1..253 "* or an origin such as https://*.example.com:8443"
          matches (^\*$)|(^(http(s)?):\/\/(((\*\.)?([a-zA-Z0-9\-]+\.)*[a-zA-Z0-9-]+|\*)(:([0-9]{1,5}))?)$)
        type CORSMethod = one of GET HEAD POST PUT DELETE CONNECT OPTIONS TRACE PATCH *
        type CORS = object
          allowOrigins: [CORSOrigin] ..64 set
            rule conflicting-fields "* stands for all origins and cannot stand beside others"
              !('*' in self) || size(self) == 1
          allowCredentials: boolean
          allowMethods: [CORSMethod] ..9 set
            rule conflicting-fields "* stands for all methods and cannot stand beside others"
              !('*' in self) || size(self) == 1
          allowHeaders: [HeaderName] ..64 set
            rule conflicting-fields "* stands for all headers and cannot stand beside others"
              !('*' in self) || size(self) == 1
          exposeHeaders: [HeaderName] ..64 set
          maxAge: int32 1.. = 5
        type ExternalAuth = object
          protocol!: one of HTTP GRPC
          backendRef!: BackendObjectReference
          grpc: object
            allowedHeaders: [string] ..64 set
          http: object
            path: string ..1024 "a path"
              matches ^(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|[%][0-9a-fA-F]{2})+$
            allowedHeaders: [string] ..64 set
            allowedResponseHeaders: [string] ..64 set
          forwardBody: object
            maxSize: integer
          goes grpc with protocol GRPC
          goes http with protocol HTTP

        type HTTPFilterType = one of RequestHeaderModifier ResponseHeaderModifier RequestMirror RequestRedirect URLRewrite ExtensionRef CORS ExternalAuth @experimental
        type HTTPFilterType = one of RequestHeaderModifier ResponseHeaderModifier RequestMirror RequestRedirect URLRewrite ExtensionRef CORS @standard
        type HTTPRouteFilter = object
          type!: HTTPFilterType
          requestHeaderModifier: HeaderFilter
          responseHeaderModifier: HeaderFilter
          requestMirror: RequestMirror
          requestRedirect: RequestRedirect
          urlRewrite: URLRewrite
          cors: CORS
          externalAuth: ExternalAuth @experimental
          extensionRef: LocalObjectReference
          goes requestHeaderModifier with type RequestHeaderModifier
          goes responseHeaderModifier with type ResponseHeaderModifier
          goes requestMirror with type RequestMirror
          goes requestRedirect with type RequestRedirect
          goes urlRewrite with type URLRewrite
          goes cors with type CORS
          goes externalAuth with type ExternalAuth @experimental
          goes extensionRef with type ExtensionRef
        type HTTPRouteFilters = [HTTPRouteFilter] ..16
          rule conflicting-fields "a RequestRedirect filter and a URLRewrite filter cannot stand in one list"
            !(self.exists(f, f.type == 'RequestRedirect') && self.exists(f, f.type == 'URLRewrite'))
          once type CORS
          once type RequestHeaderModifier
          once type ResponseHeaderModifier
          once type RequestRedirect
          once type URLRewrite

        type GRPCRouteFilter = object
          type!: one of ResponseHeaderModifier RequestHeaderModifier RequestMirror ExtensionRef
          requestHeaderModifier: HeaderFilter
          responseHeaderModifier: HeaderFilter
          requestMirror: RequestMirror
          extensionRef: LocalObjectReference
          goes requestHeaderModifier with type RequestHeaderModifier
          goes responseHeaderModifier with type ResponseHeaderModifier
          goes requestMirror with type RequestMirror
          goes extensionRef with type ExtensionRef
        type GRPCRouteFilters = [GRPCRouteFilter] ..16
          once type RequestHeaderModifier
          once type ResponseHeaderModifier

        """#
}
