/// Values over time, or over anything else with an axis: drawn as SVG, told in words and as a table to those who cannot see it.
///
/// A plot is a value: make it, and write it into a page by ``write(to:id:)``. Nothing in it is computed but the drawing.
public struct Plot: Sendable {
    /// A point of a line; without a value the line has a gap there.
    public struct Point: Sendable {
        /// Along the first axis.
        public var x: Double
        /// Along the second axis; nil where nothing is known, as it is where a number is infinite or none.
        public var y: Double?

        /// A point with its parts.
        public init(x: Double, y: Double?) {
            self.x = x
            self.y = y.flatMap { $0.isFinite ? $0 : nil }
        }
    }

    /// A line.
    public struct Series: Sendable {
        /// What it shows, for the legend.
        public var name: String
        /// In the order of x. All lines of a plot have the same x where its table is to be short.
        public var points: [Point]

        /// A line with its name.
        public init(name: String, points: [Point]) {
            self.name = name
            self.points = points
        }
    }

    /// Something that happened, drawn across the plot with its number.
    public struct Marker: Sendable {
        /// When.
        public var x: Double
        /// Short: a number that a list beside the plots explains.
        public var label: String
        /// What happened, in words.
        public var text: String

        /// A marker with its parts.
        public init(x: Double, label: String, text: String) {
            self.x = x
            self.label = label
            self.text = text
        }
    }

    /// What it shows, as the heading.
    public var title: String
    /// What the first axis measures.
    public var xAxis: PlotAxis
    /// What the second axis measures; it begins at zero.
    public var yAxis: PlotAxis
    /// Where the first axis begins and ends; the range of the points where it is nil.
    public var xRange: ClosedRange<Double>?
    /// At most six: more are hard to tell apart.
    public var series: [Series]
    /// What happened.
    public var markers: [Marker]
    /// Whether a value holds from its x to the next point's, as that of an interval does, and is drawn as a step. A last
    /// point without a value ends the last step.
    public var isStepped: Bool

    /// A plot with its parts.
    public init(
        title: String, xAxis: PlotAxis, yAxis: PlotAxis, xRange: ClosedRange<Double>? = nil, series: [Series],
        markers: [Marker] = [], isStepped: Bool = false
    ) {
        self.title = title
        self.xAxis = xAxis
        self.yAxis = yAxis
        self.xRange = xRange
        self.series = series
        self.markers = markers
        self.isStepped = isStepped
    }

    /// Writes the plot as a figure: heading, drawing, legend, and a table that opens. `id` is the page's own for this plot:
    /// letters, digits and hyphens.
    public func write(to page: inout HTMLWriter, id: String) {
        page.element("figure") { page in
            page.element("figcaption", text: title)
            drawing(&page, id)
            if series.count > 1 { legend(&page) }
            page.element("details") { page in
                page.element("summary", text: "Table")
                page.element("div") { table(&$0) }
            }
        }
        page.line()
    }

    private func legend(_ page: inout HTMLWriter) {
        page.element("ul", ("class", "legend")) { page in
            for (place, line) in series.enumerated() {
                page.element("li") { page in
                    page.element("svg", ("viewBox", "0 0 30 10"), ("aria-hidden", "true")) { page in
                        page.empty("path", ("class", "line l\(place % 6)"), ("d", "M0 5H30"))
                    }
                    page.write(line.name)
                }
            }
        }
    }

    private func table(_ page: inout HTMLWriter) {
        page.element("table") { page in
            page.element("thead") { page in
                page.element("tr") { page in
                    page.element("th", ("scope", "col"), text: isStepped ? "from" : "at")
                    for line in series { page.element("th", ("scope", "col"), text: line.name) }
                }
            }
            page.element("tbody") { page in
                for (x, values) in rows where values.contains(where: { $0 != nil }) {
                    page.element("tr") { page in
                        page.element("th", ("scope", "row"), text: xAxis.text(x))
                        for value in values { page.element("td", text: value.map(yAxis.text) ?? "–") }
                    }
                }
            }
        }
    }

    /// The values of all lines by their x.
    private var rows: [(x: Double, values: [Double?])] {
        let places = Set(series.flatMap { $0.points.map(\.x) }).sorted()
        var rows = places.map { (x: $0, values: [Double?](repeating: nil, count: series.count)) }
        for (column, line) in series.enumerated() {
            var row = 0
            for point in line.points {
                while row < places.count, places[row] < point.x { row += 1 }
                if row < places.count, places[row] == point.x {
                    rows[row].values[column] = point.y ?? rows[row].values[column]
                }
            }
        }
        return rows
    }
}
