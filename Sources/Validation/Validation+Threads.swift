import Dispatch
import Glibc
import Manifests

extension Validation {
    /// From so many objects on several threads share the work.
    private static let objectsPerThreadMin = 256
    private static let threadsMax = 16

    /// Checks many objects, in order, whatever the number of threads.
    static func validate(_ objects: [ManifestObject], _ installed: InstalledKinds) -> [InventoryObject] {
        let processors = max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
        let threads = min(processors, threadsMax, objects.count / objectsPerThreadMin)
        guard threads > 1 else { return objects.map { validate($0, installed) } }
        let parts = Parts(count: threads)
        DispatchQueue.concurrentPerform(iterations: threads) { thread in
            let range = objects.count * thread / threads..<objects.count * (thread + 1) / threads
            // Each thread has schemas of its own: counting the uses of one that two processors share costs more than
            // reading it twice.
            let own = thread == 0 ? installed : installed.readAnew()
            parts.storage[thread] = objects[range].map { validate($0, own) }
        }
        return parts.storage.flatMap(\.self)
    }

    /// What the threads made, each in its own place.
    private final class Parts: @unchecked Sendable {
        let storage: UnsafeMutableBufferPointer<[InventoryObject]>

        init(count: Int) {
            storage = .allocate(capacity: count)
            storage.initialize(repeating: [])
        }

        deinit {
            storage.deinitialize()
            storage.deallocate()
        }
    }
}
