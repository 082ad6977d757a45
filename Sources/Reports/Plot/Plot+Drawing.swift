internal import Scenario

/// The drawing itself.
extension Plot {
    private static let width = 560.0
    private static let height = 200.0
    private static let left = 62.0
    private static let right = 12.0
    private static let top = 20.0
    private static let bottom = 24.0

    /// Where values lie on the drawing.
    private struct Frame {
        var x: ClosedRange<Double>
        var yTop: Double

        func px(_ value: Double) -> Double {
            let length = x.upperBound - x.lowerBound
            let part = length > 0 ? (value - x.lowerBound) / length : 0.5
            return Plot.left + part * (Plot.width - Plot.left - Plot.right)
        }

        func py(_ value: Double) -> Double {
            let part = min(max(value / yTop, 0), 1)
            return Plot.height - Plot.bottom - part * (Plot.height - Plot.top - Plot.bottom)
        }
    }

    func drawing(_ page: inout HTMLWriter, _ id: String) {
        let highest = series.flatMap { $0.points.compactMap(\.y) }.filter(\.isFinite).max() ?? 0
        let frame = Frame(x: range, yTop: yAxis.top(above: highest, about: 4))
        page.element(
            "svg", ("viewBox", "0 0 \(Self.text(Self.width)) \(Self.text(Self.height))"), ("role", "img"),
            ("aria-labelledby", "\(id)-title \(id)-desc")
        ) { page in
            page.element("title", ("id", "\(id)-title"), text: title)
            page.element("desc", ("id", "\(id)-desc"), text: words)
            grid(&page, frame)
            for marker in markers where frame.x.contains(marker.x) { draw(marker, &page, frame) }
            for (place, line) in series.enumerated() { draw(line, place, &page, frame) }
        }
    }

    private var range: ClosedRange<Double> {
        if let xRange { return xRange }
        let places = series.flatMap { $0.points.map(\.x) }
        guard let low = places.min(), let high = places.max() else { return 0...1 }
        return low...high
    }

    private func grid(_ page: inout HTMLWriter, _ frame: Frame) {
        for tick in yAxis.ticks(0, frame.yTop, about: 4) {
            let y = Self.text(frame.py(tick))
            page.empty(
                "line", ("class", "grid"), ("x1", Self.text(Self.left)), ("x2", Self.text(Self.width - Self.right)),
                ("y1", y), ("y2", y))
            page.element(
                "text", ("x", Self.text(Self.left - 5)), ("y", Self.text(frame.py(tick) + 4)), ("text-anchor", "end"),
                text: yAxis.text(tick))
        }
        for tick in xAxis.ticks(frame.x.lowerBound, frame.x.upperBound, about: 6) {
            let x = frame.px(tick)
            page.empty(
                "line", ("class", "grid"), ("x1", Self.text(x)), ("x2", Self.text(x)),
                ("y1", Self.text(Self.height - Self.bottom)), ("y2", Self.text(Self.height - Self.bottom + 4)))
            page.element(
                "text", ("x", Self.text(x)), ("y", Self.text(Self.height - 7)), ("text-anchor", "middle"),
                text: xAxis.text(tick))
        }
    }

    private func draw(_ marker: Marker, _ page: inout HTMLWriter, _ frame: Frame) {
        let x = Self.text(frame.px(marker.x))
        page.element("g") { page in
            page.element("title", text: "\(xAxis.text(marker.x)): \(marker.text)")
            page.empty(
                "line", ("class", "mark"), ("x1", x), ("x2", x), ("y1", Self.text(Self.top - 4)),
                ("y2", Self.text(Self.height - Self.bottom)))
            page.element(
                "text", ("x", x), ("y", Self.text(Self.top - 7)), ("text-anchor", "middle"), text: marker.label)
        }
    }

    private func draw(_ line: Series, _ place: Int, _ page: inout HTMLWriter, _ frame: Frame) {
        var path = ""
        var alone: [(x: Double, y: Double)] = []
        var length = 0
        var last: (x: Double, y: Double)?
        for (index, point) in line.points.enumerated() {
            guard let value = point.y, value.isFinite else {
                if isStepped, last != nil { path += "H\(Self.text(frame.px(point.x)))" }
                if !isStepped, length == 1, let last { alone.append(last) }
                (last, length) = (nil, 0)
                continue
            }
            let (x, y) = (frame.px(point.x), frame.py(value))
            if last == nil {
                path += "M\(Self.text(x)) \(Self.text(y))"
            } else {
                path += isStepped ? "H\(Self.text(x))V\(Self.text(y))" : "L\(Self.text(x)) \(Self.text(y))"
            }
            (last, length) = ((x, y), length + 1)
            if index == line.points.count - 1, length == 1 { alone.append((x, y)) }
        }
        if !path.isEmpty { page.empty("path", ("class", "line l\(place % 6)"), ("d", path)) }
        // A point between gaps makes no line.
        for point in alone {
            page.empty(
                "circle", ("class", "dot d\(place % 6)"), ("cx", Self.text(point.x)), ("cy", Self.text(point.y)),
                ("r", "2.5"))
        }
    }

    /// What the drawing shows, for those who hear it.
    private var words: String {
        let span = "From \(xAxis.text(range.lowerBound)) to \(xAxis.text(range.upperBound))."
        let lines = series.map { line -> String in
            let values = line.points.compactMap(\.y)
            guard let least = values.min(), let most = values.max(), let last = values.last else {
                return "\(line.name): nothing was measured."
            }
            return
                "\(line.name): between \(yAxis.text(least)) and \(yAxis.text(most)), at the end \(yAxis.text(last))."
        }
        return ([span] + lines).joined(separator: " ")
    }

    /// A coordinate with one decimal: a tenth of a point is less than anybody sees.
    private static func text(_ value: Double) -> String {
        let tenths = Int((min(max(value, -1e6), 1e6) * 10).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths < 0 ? "-" : "")\(abs(tenths) / 10).\(abs(tenths) % 10)"
    }
}
