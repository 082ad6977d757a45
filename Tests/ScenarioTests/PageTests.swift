import Foundation
import FoundationXML
import Reports
import Scenario
import Testing

@Suite("The HTML page of a run")
struct PageTests {
    /// The page of the small scenario, in intervals of two seconds.
    private static func page(_ folder: String = Small.folder.path, plan: ReplicationPlan? = nil) throws -> String {
        var scenario = try CompiledScenario(path: folder)
        let isCut = scenario.cut(every: 2_000_000_000)
        #expect(isCut)
        return RunReport(try #require(Experiment([scenario], plan: plan).run(threads: 1).first).get()).html()
    }

    /// What an XML parser finds in a text.
    final class Elements: NSObject, XMLParserDelegate {
        var names: [String: Int] = [:]
        var attributes: [(element: String, name: String, value: String)] = []
        var texts: [String] = []

        func parser(
            _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
            attributes found: [String: String] = [:]
        ) {
            names[name, default: 0] += 1
            attributes += found.map { (name, $0.key, $0.value) }
        }

        func parser(_ parser: XMLParser, foundCharacters string: String) { texts.append(string) }
    }

    private func parse(_ page: String) throws -> Elements {
        let parser = XMLParser(data: Data(page.utf8))
        let elements = Elements()
        parser.delegate = elements
        #expect(parser.parse(), "\(String(describing: parser.parserError)) at line \(parser.lineNumber)")
        return elements
    }

    @Test("It is well-formed, and complete in itself: no script, nothing from elsewhere")
    func isSelfContained() throws {
        let page = try Self.page(plan: ReplicationPlan(replications: 2))
        let elements = try parse(page)
        for name in ["script", "link", "img", "iframe", "object", "embed", "image", "use", "base", "form"] {
            #expect(elements.names[name] == nil, "\(name)")
        }
        for attribute in elements.attributes {
            #expect(!["src", "href", "srcset", "action", "style", "data"].contains(attribute.name))
            #expect(!attribute.name.hasPrefix("on"))
        }
        for text in ["@import", "url(", "http-equiv", "xlink"] { #expect(!page.contains(text), "\(text)") }
    }

    @Test("Every drawing has a title, a description and a table; every identifier is the only one of its name")
    func isAccessible() throws {
        let elements = try parse(try Self.page())
        let drawings = elements.attributes.filter { $0.element == "svg" && $0.name == "aria-labelledby" }
        #expect(drawings.count == elements.names["figure"] && drawings.count > 8)
        #expect(elements.names["desc"] == drawings.count)
        #expect((elements.names["table"] ?? 0) >= drawings.count)
        let identifiers = elements.attributes.filter { $0.name == "id" }.map(\.value)
        #expect(Set(identifiers).count == identifiers.count)
        for drawing in drawings {
            for name in drawing.value.split(separator: " ") { #expect(identifiers.contains(String(name))) }
        }
        #expect(elements.attributes.contains { $0 == ("html", "lang", "en") })
    }

    @Test("Rules, backends and events are on it, and every interval is in a table")
    func isComplete() throws {
        let elements = try parse(try Self.page())
        let text = elements.texts.joined()
        for part in ["store/cart split", "store/cart-v1", "apply canary.yaml", "Latency", "Utilisation", "8s", "28s"] {
            #expect(text.contains(part), "\(part)")
        }
    }

    @Test("What people wrote is text, never markup")
    func isEscaped() throws {
        let hostile = "</title><script>alert(1)</script>&amp;"
        let folder = try Small.copy(replacing: "metadata: {name: small}", with: "metadata: {name: \"\(hostile)\"}")
        let page = try withExtendedLifetime(folder) { try Self.page(folder.path) }
        let elements = try parse(page)
        #expect(elements.names["script"] == nil)
        #expect(elements.texts.joined().contains("<script>alert(1)</script>&amp;"))
    }

    @Test("Any text can be written, and is read back")
    func anyText() throws {
        var stream = SystemlessGenerator(state: 4)
        for _ in 0..<300 {
            let scalars = (0..<20).compactMap { _ in Unicode.Scalar(UInt32.random(in: 1..<0x3000, using: &stream)) }
            let text = String(String.UnicodeScalarView(scalars)).replacing("\r", with: "")
            var writer = HTMLWriter()
            writer.element("p", ("title", text), text: text)
            let elements = try parse(writer.text)
            let expected = String(
                String.UnicodeScalarView(
                    text.unicodeScalars.map { scalar in
                        let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
                        return isControl && scalar != "\t" && scalar != "\n" ? "\u{FFFD}" : scalar
                    }))
            #expect(elements.texts.joined() == expected)
        }
    }
}

/// Numbers of a seed.
private struct SystemlessGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ (state >> 29)
    }
}

@Suite("Plots")
struct PlotTests {
    private func drawing(_ plot: Plot) -> String {
        var page = HTMLWriter()
        plot.write(to: &page, id: "p")
        return page.text
    }

    @Test("Nothing, one point, zeros and huge numbers make no broken drawing")
    func degenerate() {
        let series: [[Plot.Point]] = [
            [], [Plot.Point(x: 0, y: nil)], [Plot.Point(x: 5, y: 3)], [Plot.Point(x: 0, y: 0), Plot.Point(x: 1, y: 0)],
            [Plot.Point(x: 0, y: 1e300), Plot.Point(x: 1e18, y: 1)],
            [Plot.Point(x: 0, y: .nan), Plot.Point(x: 1, y: 2)],
        ]
        for points in series {
            for axis in [PlotAxis.number, .fraction, .duration, .clock] {
                for isStepped in [false, true] {
                    let text = drawing(
                        Plot(
                            title: "t", xAxis: .clock, yAxis: axis, series: [Plot.Series(name: "s", points: points)],
                            isStepped: isStepped))
                    #expect(!text.contains("nan") && !text.contains("inf\""), "\(text)")
                    #expect(text.utf8.count < 20_000)
                }
            }
        }
    }

    @Test("A gap breaks the line; a point between gaps is a dot")
    func gaps() {
        let points = [1.0, 2, nil, 4, nil, 5, 6].enumerated().map { Plot.Point(x: Double($0), y: $1) }
        let text = drawing(
            Plot(title: "t", xAxis: .number, yAxis: .number, series: [Plot.Series(name: "s", points: points)]))
        let paths = text.split(separator: " d=\"").dropFirst().map { $0.prefix { $0 != "\"" } }
        #expect(paths.first.map { $0.count { $0 == "M" } } == 3)
        #expect(text.contains("<circle"))
    }

    @Test("An event is where it happened, with its number and what it was")
    func markers() {
        let points = [Plot.Point(x: 0, y: 1), Plot.Point(x: 10, y: 2)]
        let plot = Plot(
            title: "t", xAxis: .number, yAxis: .number, series: [Plot.Series(name: "s", points: points)],
            markers: [Plot.Marker(x: 5, label: "1", text: "a < b"), Plot.Marker(x: 11, label: "2", text: "outside")])
        let text = drawing(plot)
        #expect(text.contains("5: a &lt; b") && !text.contains("outside"))
    }
}
