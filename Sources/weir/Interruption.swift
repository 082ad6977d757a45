import Glibc

/// Files that are not finished yet: a signal that ends the program takes them away first.
enum Interruption {
    private static let signals = [SIGINT, SIGTERM, SIGHUP]
    private static let placesMax = 8
    /// What the handler reads: pointers, each of which is there or not.
    nonisolated(unsafe) private static let places: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?> = {
        let places = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: placesMax)
        places.initialize(repeating: nil, count: placesMax)
        // A parent may have them blocked without meaning to, as the threads of Dispatch have.
        var blocked = sigset_t()
        sigemptyset(&blocked)
        for signal in signals { sigaddset(&blocked, signal) }
        pthread_sigmask(SIG_UNBLOCK, &blocked, nil)
        for signal in signals {
            // Who ignores a signal, as nohup does, is not overruled.
            if let before = Glibc.signal(signal, handle), unsafeBitCast(before, to: Int.self) == 1 {
                Glibc.signal(signal, before)
            }
        }
        return places
    }()

    /// Has a file taken away; it stays where too many are open.
    static func guardFile(_ path: String) {
        guard let place = (0..<placesMax).first(where: { places[$0] == nil }) else { return }
        places[place] = strdup(path)
    }

    /// Lets a file stay, or be gone.
    static func release(_ path: String) {
        for place in 0..<placesMax {
            guard let name = places[place], String(cString: name) == path else { continue }
            places[place] = nil
            free(name)
        }
    }

    /// Only calls that are safe in a handler (signal-safety(7)).
    private static let handle: @convention(c) (Int32) -> Void = { signal in
        for place in 0..<placesMax {
            if let name = places[place] { unlink(name) }
        }
        Glibc.signal(signal, SIG_DFL)
        raise(signal)
    }
}
