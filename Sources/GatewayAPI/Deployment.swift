/// Pods behind Services, as far as it tells which certificate they show: their labels and what they mount.
public struct Deployment: Hashable, Sendable {
    /// Name, labels and position.
    public var metadata: ObjectMetadata
    /// How many pods.
    public var replicas: Int32
    /// Matches `templateLabels`.
    public var selector: LabelSelector
    /// The labels of its pods, which Services select by.
    public var templateLabels: [String: String]
    /// Those that serve; not those that initialise.
    public var containers: [Container]
    /// What can be mounted, by unique names.
    public var volumes: [Volume]

    /// Makes the value from its parts; what is left out is as the API server defaults it.
    public init(
        metadata: ObjectMetadata, replicas: Int32 = 1, selector: LabelSelector, templateLabels: [String: String],
        containers: [Container] = [], volumes: [Volume] = []
    ) {
        self.metadata = metadata
        self.replicas = replicas
        self.selector = selector
        self.templateLabels = templateLabels
        self.containers = containers
        self.volumes = volumes
    }
}

extension Deployment: Resource {
    /// The API group of the kind.
    public static let group = APIGroup.apps
    /// The kind's name.
    public static let kind = "Deployment"
}

/// A container of a pod.
public struct Container: Hashable, Sendable {
    /// Unique within the pod.
    public var name: String
    /// What it mounts.
    public var volumeMounts: [VolumeMount]
    /// Where it begins.
    public var position: SourcePosition

    /// Makes the value from its parts; what is left out is as the API server defaults it.
    public init(
        name: String, volumeMounts: [VolumeMount] = [], position: SourcePosition
    ) {
        self.name = name
        self.volumeMounts = volumeMounts
        self.position = position
    }
}

/// Where a container sees a volume.
public struct VolumeMount: Hashable, Sendable {
    /// Names a volume of the pod.
    public var name: String
    /// The folder in the container, or the file where `subPath` names one.
    public var mountPath: String
    /// The part of the volume that is seen; nil for all.
    public var subPath: String?
    /// Where it begins.
    public var position: SourcePosition

    /// Makes the value from its parts; what is left out is as the API server defaults it.
    public init(
        name: String, mountPath: String, subPath: String? = nil, position: SourcePosition
    ) {
        self.name = name
        self.mountPath = mountPath
        self.subPath = subPath
        self.position = position
    }
}
