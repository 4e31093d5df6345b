import Foundation
import TestSupport
import Testing

/// Keeps the page "Coming from asyncio" complete and true.
struct ComingFromAsyncioTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
    private static let page = try? ReferencePage(
        text: String(
            contentsOf: root.appending(path: "Sources/AsyncSockets/AsyncSockets.docc/ComingFromAsyncio.md"),
            encoding: .utf8))
    private static let ours = try? PublicNames(of: root.appending(path: "Sources/AsyncSockets"))

    @Test func everySymbolExists() throws {
        let page = try #require(Self.page)
        let ours = try #require(Self.ours)
        #expect(page.links.count > 80)
        #expect(page.links.filter { !ours.contains($0) } == [], "these are not public declarations")
    }

    /// The page of the module Sockets cannot link to this one's symbols, and names them all the same.
    @Test func theShortTableNamesWhatExists() throws {
        let ours = try #require(Self.ours)
        let text = try String(
            contentsOf: Self.root.appending(path: "Sources/Sockets/Sockets.docc/ComingFromPython.md"), encoding: .utf8)
        let section = try #require(text.split(separator: "\n## The module asyncio\n").last)
        let names = section.split(separator: "\n").filter { $0.hasPrefix("| `") }.flatMap { row in
            row.split(separator: "|")[1].matches(of: /`([^`]+)`/).map { String($0.output.1) }
        }
        #expect(names.count > 20)
        for name in names {
            let exists = ours.contains(name.replacing(".", with: "/"))
            #expect(exists, "there is no \(name)")
        }
    }

    @Test func aWrongSymbolIsFound() throws {
        let ours = try #require(Self.ours)
        for link in ["AsyncSocket", "AsyncSocket/accept()", "AsyncBufferedReader/lines", "withDeadline(_:_:)"] {
            #expect(ours.contains(link), "\(link)")
        }
        for link in ["AsyncSokket", "AsyncSocket/teleport()", "AsyncSocket/accept(_:)", "withDeadline(_:)"] {
            #expect(!ours.contains(link), "\(link)")
        }
    }

    @Test func everyRowSaysSomething() throws {
        let page = try #require(Self.page)
        for row in page.rows {
            #expect(row.hasCounterpart || row.swift == "—", "\(row.names): \(row.swift)")
            #expect(row.swift != "—" || row.remarks != "", "\(row.names) has neither counterpart nor reason")
        }
    }

    /// Names of later Pythons than the one that runs.
    private static let later: Set = [
        "Server.close_clients", "Server.abort_clients", "StreamWriter.start_tls", "TaskGroup", "timeout", "timeout_at",
        "loop.sock_recvfrom", "loop.sock_recvfrom_into", "loop.sock_sendto", "to_thread",
    ]

    @Test(Requirement.programs("python3")) func theRunningPythonHasTheseNamesAndNoOthers() throws {
        let page = try #require(Self.page)
        let program = try Program.python(
            """
            import asyncio
            for name in "StreamReader StreamWriter Server BaseTransport ReadTransport WriteTransport DatagramTransport \\
            BaseProtocol Protocol BufferedProtocol DatagramProtocol".split():
                print(name)
                for member in vars(getattr(asyncio, name)):
                    if member == "__aiter__" or not member.startswith("_"): print(f"{name}.{member}")
            for name in asyncio.__all__:
                if not hasattr(getattr(asyncio, name), "mro"): print(name)
            for name in "Queue Event Semaphore Lock Condition TaskGroup".split(): hasattr(asyncio, name) and print(name)
            for name in dir(asyncio.AbstractEventLoop):
                if not name.startswith("_"): print("loop." + name)
            """)
        try program.endInput()
        let python = Set(try program.finish())
        let rows = Set(page.rows.flatMap(\.names))
        #expect(rows.subtracting(python).subtracting(Self.later) == [], "Python has no such names")
        // What is about sockets must stand there: all methods of the classes, and the functions of the loop.
        let owed = python.filter { name in
            if !name.hasPrefix("loop.") { return name.contains(".") || name.contains(/^(open|start)_/) }
            return name.contains(/^loop\.(sock_|create_(connection|server|unix|datagram))/)
        }
        #expect(owed.count > 60)
        #expect(owed.subtracting(rows) == [], "these have no row")
    }

    @Test(Requirement.programs("python3")) func pythonTakesItsSamples() throws {
        let page = try #require(Self.page)
        let blocks = page.blocks("python")
        #expect(blocks.count == page.blocks("swift").count)
        for block in blocks {
            let program = try Program.python("import sys; compile(sys.stdin.read(), 'sample', 'exec')")
            try program.write(block)
            try program.endInput()
            #expect(try program.finish() == [])
        }
    }
}
