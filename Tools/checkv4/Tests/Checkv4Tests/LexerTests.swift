import Testing

@testable import Checkv4Core

/// Texts that lead a reader astray: what looks like code is text, what looks like text is code.
struct LexerTests {
    private func rules(_ text: String, _ language: Language) -> [RuleID] { check(text, language).map(\.rule) }

    @Test func `comments and strings hold no code`() {
        #expect(rules("// gethostbyname(x)\n/* inet_ntoa(y) */ int a;", .c).isEmpty)
        #expect(rules("char *a = \"/* \"; void f(void) { x = gethostbyname(n); } char *b = \" */\";", .c) == [.nam01])
        #expect(rules("void f(void) { char c = '\"'; x = gethostbyname(n); char d = '\"'; }", .c) == [.nam01])
        #expect(rules("void f(void) { g(\"a\\\"); gethostbyname(n); \"); }", .c).isEmpty)
        #expect(rules("// a comment \\\ngethostbyname(n)\nint x;", .c).isEmpty)
        #expect(rules("auto s = R\"x(gethostbyname(a))\" )x\"; void f() { gethostbyname(b); }", .cpp) == [.nam01])
        #expect(rules("# gethostbyname\ns = '''\ngethostbyname(x)\n'''\n", .python).isEmpty)
        #expect(rules("func f() { s := `gethostbyname(x) \"` }", .go).isEmpty)
        #expect(
            rules("let a = #\"gethostbyname(x) \"quoted\" \"#\n/* a /* nested */ gethostbyname(x) */", .swift).isEmpty)
        #expect(rules("let a = \"\"\"\n  gethostbyname(x)\n  \"\"\"", .swift).isEmpty)
    }

    @Test func `an expression inside a string is code`() {
        #expect(rules("func f() { let a = \"name: \\(String(cString: inet_ntoa(x)))\" }", .swift) == [.txt02])
        #expect(rules("a = f\"name: {socket.inet_ntoa(x)}\"\n", .python) == [.txt02])
        #expect(rules("func f() { let a = \"\\(\"\\(gethostbyname(x))\")\" }", .swift) == [.nam01])
    }

    @Test func `preprocessor lines are looked at apart`() {
        #expect(
            rules("#include <gethostbyname.h>\n#error gethostbyname(x) isn't \"here\n#if AF_INET\n#endif\n", .c).isEmpty
        )
        #expect(rules("#define FAMILY AF_INET\n", .c) == [.fam03])
        // Both branches open a brace; only one closes it.
        let text =
            "int f(void) {\n#if A\n  if (a) {\n#else\n  if (b) {\n#endif\n  }\n}\nint g(void) { s = gethostbyname(n); }\n"
        #expect(rules(text, .c) == [.nam01])
    }

    @Test func `line ends, tabs and byte order marks move no column`() throws {
        let text = "\u{FEFF}void f(void) {\r\n\tx = gethostbyname(n);\r\n}\r\n"
        let finding = try #require(check(text, .c).first)
        #expect(finding.line == 2)
        #expect(finding.column == 6)
        #expect(finding.excerpt == "\tx = gethostbyname(n);")
    }

    @Test func `columns count bytes for people and UTF-16 units for editors`() throws {
        let text = "void f(void) { puts(\"😀é\"); x = gethostbyname(n); }"
        let finding = try #require(check(text, .c).first)
        #expect(finding.column == 36)
        #expect(finding.region.startColumn == 33)
        let swift = try #require(check("func f() { let s = \"😀\"; _ = gethostbyname(s) }", .swift).first)
        #expect(swift.column == 32)
        #expect(swift.region.startColumn == 30)
    }

    @Test(arguments: Language.allCases)
    func `text that ends too early ends no program`(_ language: Language) {
        let pieces = [
            "\"", "'", "`", "/*", "\"\"\"", "'''", "f\"{", "f'''{a", "\"\\(", "#\"", "R\"(",
            "R\"xxxxxxxxxxxxxxxxxxxxxx(", "r#\"", "`${", "#if",
            "#", "\\", "\"\\", "(((((", ")))))", "}}}}", "{", "0x", "1e", "<<", "f\"{a:{b", "f\"{a!", "::", "u8\"",
            "L'", "a.b.", "@", "\u{0}",
            "def f(:", "socket(", "AF_INET", "getaddrinfo(", "host + \":\" +", "\"%d.%d.%d.%d", "split(",
            "struct sockaddr", "sizeof(struct sockaddr_in",
            "char ip[16", "uint32_t ip =", ".ai_family =", "bind((", "x.split(\":\"", "\"1.2.3.4", "0.0.0.0",
            "socket(AF_INET6", "fe80::",
        ]
        for piece in pieces {
            _ = check(piece, language, pedantic: true)
        }
        // Each after each other, several at a time.
        for shift in stride(from: 1, to: pieces.count, by: 5) {
            let text = pieces.indices.map { pieces[$0] + pieces[($0 + shift) % pieces.count] }
            for start in stride(from: 0, to: text.count, by: 3) {
                _ = check(text[start...].prefix(3).joined(separator: "\n"), language, pedantic: true)
            }
        }
    }

    @Test(arguments: Language.allCases)
    func `bytes that mean nothing end no program`(_ language: Language) {
        var state: UInt64 = 0x9E37_79B9_7F4A_7C15
        func next() -> UInt64 {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return state
        }
        let words = [
            "AF_INET", "socket", "(", ")", "\"", "'", "{", "}", "\n", ":", "split", "host", "%s:%d", "0.0.0.0", "\\(",
            "f\"", "/*", "//", "#", ",", "=", ".",
        ]
        for _ in 0..<40 {
            var bytes: [UInt8] = []
            for _ in 0..<60 {
                if next() % 3 == 0 {
                    bytes.append(UInt8(truncatingIfNeeded: next()))
                } else {
                    bytes += Array(words[Int(next() % UInt64(words.count))].utf8)
                }
            }
            let source = SourceText(path: "random", language: language, bytes: bytes)
            var options = CheckOptions()
            options.isPedantic = true
            let report = Checker.check(source, options: options)
            // Whatever it found lies in the text, and its fixes can be applied.
            for finding in report.findings {
                #expect(finding.range.upperBound <= bytes.count && finding.range.lowerBound >= 0)
            }
            _ = Fixer.apply(report.findings, to: source, mode: .unsafe)
            var run = RunReport(files: [report], problems: [])
            run.showsSuppressed = true
            for format in OutputFormat.allCases { _ = run.text(format) }
        }
    }

    @Test(arguments: [
        (Language.python, "x = \"abc\\\r\ndef\"\r\n"), (.python, "y = f\"{\n d \n}\"\n"),
        (.python, "x = f\"{d[\"a\"]}\"\n"), (.python, "x = f\"{f\"{a}\"}\"\n"), (.python, "x = 1 + \\\r\n  2\r\n"),
    ])
    func `strings that go on hide nothing`(_ language: Language, _ text: String) {
        let source = SourceText(
            path: "a", language: language,
            bytes: Array((text + "def one(n):\n    return socket.gethostbyname(n)\n").utf8))
        let report = Checker.check(source, options: CheckOptions())
        #expect(report.problems.isEmpty)
        #expect(report.findings.map(\.rule) == [.nam01])
    }

    @Test(arguments: [
        (Language.javascript, "a = <p>5\" pipe</p>;\nnet.connect({ family: 4, host })\n"),
        (.c, "#if 0\nSay \"hello\n#endif\nvoid f(void) { gethostbyname(n); }\n"),
    ])
    func `a quotation mark in text is no error`(_ language: Language, _ text: String) {
        let report = Checker.check(
            SourceText(path: "a", language: language, bytes: Array(text.utf8)), options: CheckOptions())
        #expect(report.problems.count == 1)
        let fatal = report.problems.filter(\.isFatal)
        #expect(fatal.isEmpty)
        #expect(report.findings.count == 1)
    }

    @Test(arguments: [
        (Language.swift, "let a = 1 /* open\n"), (.sql, "SELECT 1 /* open\n"), (.sql, "SELECT /*/ open\n"),
    ])
    func `a comment without an end is an error`(_ language: Language, _ text: String) {
        let report = Checker.check(
            SourceText(path: "a", language: language, bytes: Array(text.utf8)), options: CheckOptions())
        #expect(report.problems.map(\.text).contains { $0.hasPrefix("the comment has no end") })
        let fatal = report.problems.filter(\.isFatal)
        #expect(!fatal.isEmpty)
    }

    @Test func `digits in groups and other branches are no text`() {
        let digits = "int n = 1'000; struct sockaddr_in a; char c = 'x';"
        #expect(check(digits, .c).contains { $0.rule == .str01 })
        let branches = """
            void f(void) {
            #ifdef A
            if (x) {
            #elifndef B
            if (y) {
            #endif
            }
            }
            void g(void) { gethostbyname(n); }
            void h(void) { getaddrinfo(n, 0, 0, &r); }
            """
        #expect(check(branches, .c).contains { $0.rule == .nam01 })
    }

    @Test func `unterminated text is a problem with a line`() {
        let source = SourceText(path: "a.c", language: .c, bytes: Array("int a;\nchar *s = \"no end;\nint b;".utf8))
        let report = Checker.check(source, options: CheckOptions())
        #expect(report.problems.map(\.line) == [2])
        #expect(!report.problems.contains { !$0.isFatal })
    }

    @Test func `a long chain in Swift ends no program`() {
        let text = "let a = x" + String(repeating: ".y()", count: 20_000) + "\n"
        let source = SourceText(path: "a.swift", language: .swift, bytes: Array(text.utf8))
        let report = Scan().checkOnOwnThread(source)
        #expect(report.problems.contains { $0.text.contains("nests too deeply") })
    }

    /// Four times the text takes about four times as long: generous bounds, for busy machines.
    @Test(arguments: [
        "s = gethostbyname(n); ", "char ip[16]; ", "struct sockaddr_in a; ", "x = \"10.1.2.3\"; ",
        "hints.ai_family = AF_INET; ", "(", "f(AF_INET, ",
        "struct sockaddr a; accept(s, &a, &n); ", "char t[INET_ADDRSTRLEN]; ", "uint32_t ip; ip = 5; ",
        "getaddrinfo(a, b, c, d); x->ai_addr; ",
    ])
    func `time grows with the size, on one line too`(_ piece: String) {
        func seconds(_ count: Int) -> Double {
            let text = "void f(void) { " + String(repeating: piece, count: count) + " }"
            let source = SourceText(path: "a.c", language: .c, bytes: Array(text.utf8))
            let elapsed = ContinuousClock().measure { _ = Checker.check(source, options: CheckOptions()) }
            return Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
        }
        _ = seconds(100)
        let short = seconds(2000)
        let long = seconds(8000)
        #expect(long < max(short, 0.01) * 14, "\(short) s, then \(long) s")
    }
}
