/// The ziggurat of the unit exponential distribution: 256 layers of equal area under e⁻ˣ (Marsaglia & Tsang, "The
/// ziggurat method for generating random variables", 2000). Ninety-nine draws in a hundred cost one random word, one
/// multiplication and one comparison.
///
/// A hot loop keeps a copy, which is two pointers: ``shared`` is looked up anew each time.
public struct ExponentialZiggurat: @unchecked Sendable, BitwiseCopyable {
    /// The right edges of the layers, widest first, and e⁻ˣ at each. Written once, here, and never freed.
    @usableFromInline let edges: UnsafePointer<Double>
    @usableFromInline let heights: UnsafePointer<Double>

    /// The tables, which are never freed.
    public static let shared = ExponentialZiggurat()

    private init() {
        // The start of the tail beyond the lowest layer, and the area of every layer.
        let tail = 7.69711747013104972
        let area = 0.0039496598225815571993
        let edges = UnsafeMutablePointer<Double>.allocate(capacity: 257)
        let heights = UnsafeMutablePointer<Double>.allocate(capacity: 257)
        edges[0] = area / ElementaryFunctions.exponential(-tail)
        edges[1] = tail
        for layer in 2..<256 {
            let previous = edges[layer - 1]
            edges[layer] = -ElementaryFunctions.logarithm(area / previous + ElementaryFunctions.exponential(-previous))
        }
        edges[256] = 0
        for layer in 0...256 { heights[layer] = ElementaryFunctions.exponential(-edges[layer]) }
        self.edges = UnsafePointer(edges)
        self.heights = UnsafePointer(heights)
    }

    /// The rare draw that fell into a layer's edge or into the tail.
    @usableFromInline
    func continueDraw(_ stream: inout RandomStream, layer: Int, value: Double) -> Double {
        var layer = layer
        var value = value
        var base = 0.0
        while true {
            if layer == 0 {
                base += edges[1]  // the tail of an exponential is an exponential again
            } else {
                let height = heights[layer] + stream.uniform() * (heights[layer + 1] - heights[layer])
                if height < ElementaryFunctions.exponential(-value) { return base + value }
            }
            let word = stream.next()
            layer = Int(word & 255)
            value = Double(word >> 11) * 0x1p-53 * edges[layer]
            if value < edges[layer + 1] { return base + value }
        }
    }
}

extension RandomStream {
    /// A draw from the exponential distribution with mean 1.
    @inlinable
    public mutating func exponential() -> Double { exponential(.shared) }

    /// The same draw, with the tables at hand.
    @inlinable @inline(__always)
    public mutating func exponential(_ ziggurat: ExponentialZiggurat) -> Double {
        let word = next()
        let layer = Int(word & 255)
        let value = Double(word >> 11) * 0x1p-53 * ziggurat.edges[layer]
        if usually(value < ziggurat.edges[layer &+ 1]) { return value }
        return ziggurat.continueDraw(&self, layer: layer, value: value)
    }

    /// A draw from the normal distribution with mean 0 and variance 1, by Marsaglia's polar method; the method's second
    /// number is dropped, so that a draw depends on nothing but the stream's state.
    public mutating func normal() -> Double {
        while true {
            let x = 2 * uniform() - 1
            let y = 2 * uniform() - 1
            let square = x * x + y * y
            if square < 1, square > 0 {
                return x * (-2 * ElementaryFunctions.logarithm(square) / square).squareRoot()
            }
        }
    }

    /// A draw from the gamma distribution with scale 1 (Marsaglia & Tsang, "A simple method for generating gamma
    /// variables", 2000); `shape` is positive.
    public mutating func gamma(shape: Double) -> Double {
        if shape < 1 {
            let boost = ElementaryFunctions.power(uniformAboveZero(), 1 / shape)
            return gamma(shape: shape + 1) * boost
        }
        let d = shape - 1.0 / 3
        let c = 1 / (9 * d).squareRoot()
        while true {
            let x = normal()
            let root = 1 + c * x
            guard root > 0 else { continue }
            let cube = root * root * root
            let logarithm = ElementaryFunctions.logarithm(uniformAboveZero())
            if logarithm < 0.5 * x * x + d * (1 - cube + ElementaryFunctions.logarithm(cube)) { return d * cube }
        }
    }
}
