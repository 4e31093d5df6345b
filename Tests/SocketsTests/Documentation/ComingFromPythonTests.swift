import Foundation
import TestSupport
import Testing

/// Keeps the page "Coming from Python" complete and true.
struct ComingFromPythonTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
    private static let page = try? ReferencePage(
        text: String(
            contentsOf: root.appending(path: "Sources/Sockets/Sockets.docc/ComingFromPython.md"), encoding: .utf8))
    private static let ours = try? PublicNames(of: root.appending(path: "Sources/Sockets"))
    private static let twins = try? PublicNames(of: root.appending(path: "Sources/AsyncSockets"))

    // MARK: Python's names

    @Test func everyNameHasItsRow() throws {
        let page = try #require(Self.page)
        let names = try PythonNames()
        #expect(names.names.filter { $0.group == nil }.count == 256)
        #expect(names.missing(on: page) == [])
    }

    @Test func aMissingRowIsFound() throws {
        let page = try #require(Self.page)
        let names = try PythonNames()
        func missing(without line: String) -> [String] {
            let rest = page.text.split(separator: "\n").filter { !$0.hasPrefix("| \(line)") }
            return names.missing(on: ReferencePage(text: rest.joined(separator: "\n")))
        }
        #expect(missing(without: "`socket.recv` ") == ["socket.recv"])
        #expect(missing(without: "`SO_REUSEADDR` ") == ["SO_REUSEADDR"])
        // A group that speaks for its constants takes them with it.
        #expect(missing(without: "`RDS_*` ").contains("RDS_CONG_MONITOR"))
    }

    @Test func noRowIsAboutANameThatPythonLacks() throws {
        let page = try #require(Self.page)
        let known = Set(try PythonNames().names.map(\.name))
        #expect(page.rows.flatMap(\.names).filter { !known.contains($0) } == [])
    }

    @Test func everyRowSaysSomething() throws {
        let page = try #require(Self.page)
        for row in page.rows {
            #expect(
                row.hasCounterpart || row.swift == "—" || row.swift.hasPrefix("planned: "), "\(row.names): \(row.swift)"
            )
            #expect(row.swift != "—" || row.remarks != "", "\(row.names) has neither counterpart nor reason")
        }
    }

    /// Names of the running Python that the fixture need not know.
    private static let exceptions = [
        "socket IntEnum": "imported from enum", "socket IntFlag": "imported from enum",
        "socket socket.sendmsg_afalg": "only where Python was built with it",
    ]

    @Test(Requirement.programs("python3")) func theRunningPythonHasNoOtherNames() throws {
        let names = try PythonNames()
        let lines = try python(
            """
            import inspect, socket, selectors, socketserver
            for module in socket, selectors, socketserver:
                here = (module.__name__, "_socket")
                for name, value in vars(module).items():
                    if name.startswith("_") or inspect.ismodule(value): continue
                    home = getattr(value, "__module__", None)
                    if home not in (None, *here) and not (name.isupper() or home == "builtins"): continue
                    if module is not socket and home not in (None, *here) and not name.isupper(): continue
                    print(module.__name__, name)
                    if not inspect.isclass(value) or home not in here or hasattr(value, "__members__"): continue
                    for member in vars(value):
                        if member.startswith("_"): continue
                        classes = [c.__name__ for c in value.__mro__ if c.__module__ in here]
                        # The mix-ins stand before a server, and replace methods of it.
                        if name.endswith("MixIn"): classes.append("BaseServer")
                        print(module.__name__, *[c + "." + member for c in classes])
            """)
        #expect(lines.count > 300)
        for line in lines where Self.exceptions[line] == nil {
            let words = line.split(separator: " ").map(String.init)
            let isKnown = names.contains(words[0], Array(words.dropFirst()))
            #expect(isKnown, "Python has \(line), which the fixture does not know; give it a row")
        }
        #expect(!names.contains("socket", ["socket.teleport"]))
    }

    @Test(Requirement.programs("python3")) func pythonTakesItsSamples() throws {
        let page = try #require(Self.page)
        let blocks = page.blocks("python")
        #expect(blocks.count == page.blocks("swift").count - 1)  // that of the errors has no twin
        for block in blocks {
            _ = try python("import sys; compile(sys.stdin.read(), 'sample', 'exec')", input: [block])
        }
    }

    // MARK: Our names

    @Test func everySymbolExists() throws {
        let page = try #require(Self.page)
        let ours = try #require(Self.ours)
        #expect(page.links.count > 400)
        #expect(page.links.filter { !ours.contains($0) } == [], "these are not public declarations")
    }

    /// `label:`, `.member` and `call(with:labels:)` in short code name something of ours, too.
    @Test func shortCodeNamesWhatExists() throws {
        let page = try #require(Self.page)
        let ours = try #require(Self.ours)
        let twins = try #require(Self.twins)
        let members = Set(ours.paths.compactMap { $0.split(separator: "/").last.map(String.init) })
        let ofSwift: Set = ["UInt32(bigEndian:)", "UInt16(bigEndian:)", ".milliseconds(250)"]
        for code in page.shortCode where !ofSwift.contains(code) {
            if let match = code.wholeMatch(of: /(\w+):(?: .+)?/) {
                let exists = ours.labels.contains(String(match.output.1))
                #expect(exists, "no function has the label of \(code)")
            } else if let match = code.wholeMatch(of: /\.(\w+)/) {
                let exists = members.contains(String(match.output.1))
                #expect(exists, "there is no \(code)")
            } else if let match = code.wholeMatch(of: /(\w+)\(((?:\w+:)+)\)/) {
                let labels = match.output.2.split(separator: ":").map(String.init)
                let name = String(match.output.1)
                let exists = ours.canCall(name, labels) || twins.canCall(name, labels)
                #expect(exists, "there is no \(code)")
            }
        }
    }

    /// An option or flag that has its C name as an alias stands on the page under that alias's name.
    @Test func constantsAgreeWithTheirAliases() throws {
        let page = try #require(Self.page)
        let ours = try #require(Self.ours)
        var rows: [String: ReferencePage.Row] = [:]
        for row in page.rows { for name in row.names { rows[name] = row } }
        var count = 0
        for name in try PythonNames().names {
            guard let targets = ours.aliases[name.name], let row = rows[name.name] else { continue }
            count += 1
            #expect(
                targets.contains { target in row.swift.contains("/\(target)``") || row.swift.contains("/\(target)(") },
                "\(name.name) is \(targets), and the page says \(row.swift)")
        }
        #expect(count > 100)
    }

    @Test func aWrongSymbolIsFound() throws {
        let ours = try #require(Self.ours)
        for link in ["Socket", "Socket/accept()", "Socket/send(_:flags:)-(Span<UInt8>,_)", "SocketError/Code/closed"] {
            #expect(ours.contains(link), "\(link)")
        }
        for link in ["Sokket", "Socket/teleport()", "Socket/accept(_:)", "IPv4Address/accept()", "Socket/descriptor"] {
            #expect(!ours.contains(link), "\(link)")
        }
    }

    @Test func theScannerReadsDeclarations() {
        let names = PublicNames(
            source: """
                public import Other
                /* public struct NotThis {} */
                public struct A<B: C>: D where B: E {
                    let hidden = 1
                    public var `default`: Int { let inside = 1; return inside }  // public var notThis
                    public internal(set) var kept = "public func notThis()"
                    public func call<F>(_ x: (Int, y: F) -> [F: Int], to z: Int = 1 << 3, _ f: Set<F> = []) rethrows {}
                    func hiddenCall() {}
                    public init?(raw: Int) { switch raw { case notThis: return nil } }
                    public enum Kind { case one, two(Int, b: Int)
                        case three }
                    enum Hidden { case four }
                }
                extension A.Kind { public static func + (a: Self, b: Self) -> Self { a } }
                extension A where B == Int {
                    @available(*, unavailable, renamed: "kept") public static var KEPT: Int { 0 }
                }
                public protocol P { associatedtype Q; func required(by q: Q) }
                public extension P { var given: Int { 0 } }
                public class G { public class func made() {} ; public final class Inner {} }
                """)
        #expect(
            names.paths == [
                "A", "A/default", "A/kept", "A/call", "A/call(_:to:_:)", "A/init", "A/init(raw:)", "A/Kind",
                "A/Kind/one",
                "A/Kind/two", "A/Kind/two(_:b:)", "A/Kind/three", "A/Kind/+", "A/Kind/+(a:b:)", "A/KEPT", "P", "P/Q",
                "P/required", "P/required(by:)", "P/given", "G", "G/made", "G/made()", "G/Inner",
            ])
        #expect(names.aliases == ["KEPT": ["kept"]])
        #expect(names.canCall("call", ["to"]) && names.canCall("A", ["raw"]) && !names.canCall("call", ["from"]))
    }
}
