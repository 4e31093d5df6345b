import Foundation
import Testing

@testable import Checkv4Core

/// Sources that nobody writes: they must be read in time that grows with their size, and never end the tool.
///
/// They take seconds in a build for debugging; the same with work that grew with the square took minutes.
@Suite(.timeLimit(.minutes(5)))
struct HardInputTests {
    private func report(_ text: String, _ language: Language, path: String = "example") -> FileReport {
        Scan().checkOnOwnThread(SourceText(path: path, language: language, bytes: Array(text.utf8)))
    }

    private func some(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }

    @Test(arguments: [
        (Language.c, "x = ", "\\'", "\n"), (.javascript, "x = ", "\\'", "\n"), (.javascript, "x ", "=/[", "\n"),
        (.config, "a: b", "/", "\n"), (.config, "", "]", "\n"), (.config, "x", "\\\"", "\n"),
        (.shell, "", "ping a;", "\n"), (.python, "", "f\"{", ""), (.python, "y = ", "str(", ""),
        (.c, "", "// v4check:ignore-next-line V4-NAM01 -- x\n", ""),
        (.c, "", "// ipv6-ok: x\n", "void f(void) { gethostbyname(n); }"),
        (.c, "// v4check:ignore ", "X,", "\n"), (.c, "((((((((", "#if A\n(\n#else\n(\n#endif\n", ""),
    ])
    func `long lines and many comments`(_ language: Language, _ start: String, _ unit: String, _ end: String) {
        _ = report(start + some(unit, 60_000 / unit.utf8.count) + end, language)
    }

    @Test(arguments: [
        (Language.c, "void f(void) { x = ", "strchr(", ")"), (.c, "void f(void) { ", "f(IPPROTO_IP, ", ")"),
        (.c, "void f(void) { ", "inet_pton(", ")"), (.python, "y = ", "x.split(", ")"),
        (.python, "y = x", ".split(':')", ""), (.c, "void f(void) { ", "\"PORT %\" ", ""),
        (.c, "void f(void) { ", "\"a\" AI_ADDRCONFIG ", ""), (.c, "void f(void) { ", "struct sockaddr a; ", ""),
    ])
    func `calls inside calls`(_ language: Language, _ start: String, _ unit: String, _ end: String) {
        let count = 30_000 / unit.utf8.count
        _ = report(start + some(unit, count) + some(end, count) + "\n", language)
    }

    @Test(arguments: [
        ("let x = ", "["), ("let x: ", "A<"), ("let x: ", "repeat "), ("let x = ", "\"\\("), ("", "#if A\n"),
        ("let x = ", "[Int]("), ("", "{"),
    ])
    func `Swift that nests too deeply is one line`(_ start: String, _ unit: String) {
        let deep = report(start + some(unit, 20_000), .swift)
        #expect(deep.problems.first?.text.hasPrefix("the source nests too deeply: it was not read") == true)
        #expect(deep.findings.isEmpty)
        // What is just allowed is read without harm.
        let allowed = unit.contains("[") ? SwiftDepth.deepestSquare - 8 : 60
        #expect(report(start + some(unit, allowed), .swift).problems.allSatisfy { !$0.text.contains("was not read") })
    }

    @Test func `ordinary Swift is not deep`() {
        let line = "if a < b, c << d < e { print(\"(\\(x) [\", #\"[\\#(y) [\"#) } /* [0, 1) */ // (((\n"
        #expect(SwiftDepth.firstTooDeep(in: Array(some(line, 2_000).utf8).span) == nil)
    }

    @Test(arguments: [
        // Regular expressions with brackets, tables of shifts, enumerations, protocols.
        ("", "let r = /\\[x\\(/\n", ""), ("", "let r = #/\\[x\\(/#\n", ""), ("let t = [\n", "1 << 5,\n", "]\n"),
        ("enum E {\n", "case a\n", "}\n"), ("protocol P {\n", "func f() throws -> Int\n", "}\n"),
        ("let t = [\n", "a as any P,\n", "]\n"), ("", "let b = x < y\n", ""), ("f(", "try await g(), ", "1)"),
    ])
    func `long Swift is not deep`(_ start: String, _ unit: String, _ end: String) {
        let text = start + some(unit, 1_500) + end
        #expect(SwiftDepth.firstTooDeep(in: Array(text.utf8).span) == nil)
        #expect(report(text, .swift).problems.isEmpty)
    }

    @Test(arguments: ["if switch ", "repeat each ", "A -> ", "(A) -> ", "__owned @A ", "a ? ", "A < "])
    func `words and marks that nest by turns are too deep`(_ unit: String) {
        let start = unit.hasPrefix("if") || unit.hasPrefix("a ?") ? "let x = " : "let x: "
        let deep = report(start + some(unit, 30_000) + "A", .swift)
        #expect(deep.problems.first?.text.hasPrefix("the source nests too deeply: it was not read") == true)
        // What is just allowed takes no harm either.
        let limit = ["if switch ", "a ? ", "A < "].contains(unit) ? SwiftDepth.deepest : SwiftDepth.mostPrefixes
        let own = unit == "if switch " || unit == "repeat each " || unit == "__owned @A " ? 2 : 1
        _ = report(start + some(unit, limit / own - 2) + "A", .swift)
    }

    @Test func `ignore comments take time and room that grow with their number`() {
        func seconds(_ count: Int) -> Double {
            let text =
                some("/*v4check:ignore V4-TXT02*/ ", count) + "void f(void) { " + some("inet_ntoa(a); ", count) + "}"
            let source = SourceText(path: "a.c", language: .c, bytes: Array(text.utf8))
            let elapsed = ContinuousClock().measure { _ = Checker.check(source, options: CheckOptions()) }
            return Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
        }
        _ = seconds(100)
        // Eight times the text: the square would be 64 times the time.
        #expect(seconds(8_000) < 24 * max(seconds(1_000), 0.001))
        let many = some("/*v4check:ignore-file V4-FAM01*/", 20_000) + some("\n", 200_000)
        #expect(report(many, .c).problems.isEmpty)
    }

    @Test func `names in many calls of str are found without recursion`() {
        let text = "y = " + some("str(", 5_000) + "host" + some(")", 5_000) + " + ':' + str(port)\n"
        #expect(report(text, .python).findings.map(\.rule) == [.url01])
    }

    @Test func `findings without end are cut, with a word about it`() {
        let result = report("void f(void) { " + some("inet_ntoa(a); ", 50_100) + "}", .c)
        #expect(result.findings.count == Analyzer.mostFindings)
        #expect(result.problems.map(\.text) == ["has more than 50000 findings: the rest is not shown"])
        let fatal = result.problems.filter(\.isFatal)
        #expect(fatal.isEmpty)
    }

    @Test func `conditions inside conditions keep their brackets`() {
        // Beyond what is remembered, #endif closes its own #if and no other.
        let text =
            "void f(void) {\n" + some("#if A\n", 100) + "x();\n" + some("#endif\n", 100)
            + "}\nvoid g(void) { gethostbyname(n); }\nvoid h(void) { getaddrinfo(n, 0, 0, &r); }\n"
        let findings = report(text, .c).findings.filter { $0.rule == .nam01 }
        #expect(findings.count == 1)
    }

    @Test func `work has a limit`() {
        let work = WorkLimit(tokens: 1000)
        var count = 0
        while work.take(100_000) { count += 1 }
        #expect(count == 41)
        #expect(work.isUsedUp)
    }
}
