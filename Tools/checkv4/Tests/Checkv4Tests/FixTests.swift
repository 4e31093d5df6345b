import CAttributes
import Foundation
import Testing

@testable import Checkv4Core

struct FixTests {
    private func fixed(_ text: String, _ language: Language, _ mode: Fixer.Mode = .safe) -> String {
        let source = SourceText(path: "example", language: language, bytes: Array(text.utf8))
        let report = Checker.check(source, options: CheckOptions())
        return String(decoding: Fixer.apply(report.findings, to: source, mode: mode).bytes, as: UTF8.self)
    }

    @Test(
        arguments: [
            (
                "void f(void) { hints.ai_family = AF_INET; for (r = l; r; r = r->ai_next) s = socket(r->ai_family, 1, 0); }",
                "void f(void) { hints.ai_family = AF_UNSPEC; for (r = l; r; r = r->ai_next) s = socket(r->ai_family, 1, 0); }"
            ),
            // Without a socket of each result's family, or with the first result alone, IPv4 would stop working.
            ("void f(void) { hints.ai_family = AF_INET; }", nil),
            ("struct addrinfo h = { .ai_family = PF_INET };", nil),
            (
                "void f(int s) { hints.ai_family = AF_INET; for (r = l; r; r = r->ai_next) connect(s, r->ai_addr, n); }",
                nil
            ),
            ("void f(void) { hints.ai_family = AF_INET; s = socket(r->ai_family, 1, 0); }", nil),
            // The results are read as IPv4 here: the family must stay.
            ("void f(void) { hints.ai_family = AF_INET; struct sockaddr_in *a = r; }", nil),
            ("void f(void) { hints.ai_family = AF_INET; s = socket(AF_INET, 1, 0); }", nil),
            (
                "void f(int s) { struct sockaddr a; socklen_t n = sizeof(a); accept(s, &a, &n); }",
                "void f(int s) { struct sockaddr_storage a; socklen_t n = sizeof(a); accept(s, (struct sockaddr *)&a, &n); }"
            ),
            (
                "void f(int s) { struct sockaddr a; socklen_t n = sizeof(struct sockaddr); accept(s, &a, &n); }",
                "void f(int s) { struct sockaddr_storage a; socklen_t n = sizeof(struct sockaddr_storage); accept(s, (struct sockaddr *)&a, &n); }"
            ),
            (
                "void f(int s) { struct sockaddr a; socklen_t n = sizeof a; accept(s, (struct sockaddr *)&a, &n); }",
                "void f(int s) { struct sockaddr_storage a; socklen_t n = sizeof a; accept(s, (struct sockaddr *)&a, &n); }"
            ),
            // A field of the structure is touched: the declaration must stay.
            ("void f(int s) { struct sockaddr a; socklen_t n = sizeof(a); accept(s, &a, &n); g(a.sa_family); }", nil),
            // The length alone would let the kernel write past the structure.
            ("void f(int s, struct sockaddr *p) { socklen_t n = sizeof(struct sockaddr); accept(s, p, &n); }", nil),
            (
                "void f(void) { char t[INET_ADDRSTRLEN]; inet_ntop(4, a, t, INET_ADDRSTRLEN); }",
                "void f(void) { char t[INET6_ADDRSTRLEN]; inet_ntop(4, a, t, INET6_ADDRSTRLEN); }"
            ),
            // A length for a buffer that somebody else declared.
            ("void f(char *t) { inet_ntop(4, a, t, INET_ADDRSTRLEN); }", nil),
            // A structure outside functions may be a format.
            ("struct s { char t[INET_ADDRSTRLEN]; };", nil),
        ] as [(String, String?)])
    func `safe fixes in C`(_ text: String, _ expected: String?) {
        #expect(fixed(text, .c) == expected ?? text)
    }

    @Test(arguments: [
        (Language.go, "func f() { net.Dial(\"tcp4\", a) }", "func f() { net.Dial(\"tcp\", a) }"),
        (.javascript, "net.connect({ family: 4, host })", "net.connect({ family: 0, host })"),
        (
            .python, "for f, k, p, n, a in socket.getaddrinfo(h, p, socket.AF_INET): s = socket.socket(f, k)\n",
            "for f, k, p, n, a in socket.getaddrinfo(h, p, socket.AF_UNSPEC): s = socket.socket(f, k)\n"
        ),
        (
            .swift, "func f() { let b = [CChar](repeating: 0, count: Int(INET_ADDRSTRLEN)) }",
            "func f() { let b = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN)) }"
        ),
        (
            .java, "class A { String o = \"-Djava.net.preferIPv4Stack=true\"; }",
            "class A { String o = \"-Djava.net.preferIPv4Stack=false\"; }"
        ),
    ])
    func `safe fixes elsewhere`(_ language: Language, _ text: String, _ expected: String) {
        #expect(fixed(text, language) == expected)
    }

    @Test(arguments: [
        (
            Language.python, "def f(s):\n    host, port = s.getpeername()\n",
            "def f(s):\n    host, port, *_ = s.getpeername()\n"
        ),
        (.python, "def f(s):\n    c, (host, port) = s.accept()\n", "def f(s):\n    c, (host, port, *_) = s.accept()\n"),
        (
            .python, "s = socket.create_server((\"\", 80))\n",
            "s = socket.create_server((\"\", 80), family=socket.AF_INET6, dualstack_ipv6=True)\n"
        ),
        (
            .go, "func f() { a := fmt.Sprintf(\"%s:%d\", host, port); _ = a }",
            "func f() { a := net.JoinHostPort(host, fmt.Sprint(port)); _ = a }"
        ),
        (.python, "x = socket.getaddrinfo(h, p, socket.AF_INET)\n", "x = socket.getaddrinfo(h, p, socket.AF_UNSPEC)\n"),
        // The listener for IPv6 would find the port taken.
        (
            .go, "func a() { net.Listen(\"tcp4\", p) }\nfunc b() { net.Listen(\"tcp6\", p) }\n",
            "func a() { net.Listen(\"tcp\", p) }\nfunc b() { net.Listen(\"tcp6\", p) }\n"
        ),
        (.go, "func a() { net.ResolveUDPAddr(\"udp4\", h) }\n", "func a() { net.ResolveUDPAddr(\"udp\", h) }\n"),
        (.javascript, "const o = { host: h, family: 4 };", "const o = { host: h, family: 0 };"),
        (.go, "func f() { net.Listen(\"tcp\", \"0.0.0.0:80\") }", "func f() { net.Listen(\"tcp\", \":80\") }"),
        (
            .swift, "func f() { a = \"\\(host):\\(port)\" }",
            "func f() { a = \"\\(host.contains(\":\") ? \"[\\(host)]\" : host):\\(port)\" }"
        ),
        (
            .c, "void f(char *t) { if (inet_aton(t, &a)) g(); }",
            "void f(char *t) { if (inet_pton(AF_INET, t, &a)) g(); }"
        ),
        (
            .c,
            "void f(void) { struct sockaddr_in a; socklen_t n = sizeof(a); getsockname(s, (struct sockaddr *)&a, &n); }",
            "void f(void) { struct sockaddr_storage a; socklen_t n = sizeof(a); getsockname(s, (struct sockaddr *)&a, &n); }"
        ),
        (
            .c, "void f(void) {\n\tint s = socket(AF_INET6, 1, 0);\n\tbind(s, a, n);\n\tlisten(s, 5);\n}\n",
            "void f(void) {\n\tint s = socket(AF_INET6, 1, 0);\n\tsetsockopt(s, IPPROTO_IPV6, IPV6_V6ONLY, &(int){0}, sizeof(int));\n\tbind(s, a, n);\n\tlisten(s, 5);\n}\n"
        ),
    ])
    func `fixes to be read afterwards`(_ language: Language, _ text: String, _ expected: String) {
        #expect(fixed(text, language) == text, "not without being asked")
        #expect(fixed(text, language, .unsafe) == expected)
    }

    @Test func `a program that speaks IPv4 goes on doing so after its safe fixes`() throws {
        // With and without a loop over the results: only the first is fixed, and both are compiled and run.
        let head = """
            #include <netdb.h>
            #include <stdio.h>
            #include <stdlib.h>
            #include <string.h>
            #include <sys/socket.h>
            #include <unistd.h>

            """
        let loop = """
            int main(int argc, char **argv) {
                struct addrinfo hints, *list, *r;
                memset(&hints, 0, sizeof hints);
                hints.ai_family = AF_INET;
                hints.ai_socktype = SOCK_STREAM;
                if (getaddrinfo(NULL, argv[argc - 1], &hints, &list) != 0) return 2;
                for (r = list; r; r = r->ai_next) {
                    int s = socket(r->ai_family, r->ai_socktype, 0);
                    if (s >= 0 && connect(s, r->ai_addr, r->ai_addrlen) == 0) return 0;
                    if (s >= 0) close(s);
                }
                return 1;
            }
            """
        let first = """
            int main(int argc, char **argv) {
                struct addrinfo hints, *r;
                memset(&hints, 0, sizeof hints);
                hints.ai_family = AF_INET;
                hints.ai_socktype = SOCK_STREAM;
                if (getaddrinfo(NULL, argv[argc - 1], &hints, &r) != 0) return 2;
                int s = socket(r->ai_family, r->ai_socktype, 0);
                return s >= 0 && connect(s, r->ai_addr, r->ai_addrlen) == 0 ? 0 : 1;
            }
            """
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(listener) }
        #expect(listen(listener, 5) == 0, "a socket that listens without a name gets a free port")
        var address = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let named = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(listener, $0, &length) }
        }
        #expect(named == 0)
        let port = withUnsafeBytes(of: &address) { Int($0[2]) << 8 | Int($0[3]) }
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "checkv4-\(UInt64.random(in: 0 ... .max))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        func run(_ program: String, _ arguments: [String]) throws -> Int32 {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: program)
            process.arguments = arguments
            try process.run()
            process.waitUntilExit()
            return process.terminationStatus
        }
        for (name, body) in [("loop", loop), ("first", first)] {
            let after = fixed(head + body, .c)
            #expect(after.contains("AF_UNSPEC") == (name == "loop"))
            let source = folder.appendingPathComponent("\(name).c").path
            try Data(after.utf8).write(to: URL(fileURLWithPath: source))
            #expect(try run("/usr/bin/env", ["cc", "-Wall", "-Werror", "-o", source + ".out", source]) == 0)
            #expect(try run(source + ".out", [String(port)]) == 0, "\(name) reaches an IPv4 listener")
        }
    }

    @Test func `access lists and attributes survive a fix`() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "checkv4-\(UInt64.random(in: 0 ... .max))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("a.c").path
        try Data("old".utf8).write(to: URL(fileURLWithPath: path))
        // Some file systems have no attributes.
        guard setxattr(path, "user.kept", "yes", 3, 0) == 0 else { return }
        #expect(FileReader.replace(path, old: Array("old".utf8), new: Array("new".utf8), limit: 100) == nil)
        var value = [UInt8](repeating: 0, count: 8)
        #expect(getxattr(path, "user.kept", &value, 8) == 3 && Array(value.prefix(3)) == Array("yes".utf8))
    }

    @Test func `every fix of the table's examples parses the same way and finds less`() {
        for rule in Rule.all where rule.fixing != .none {
            for example in rule.bad {
                let source = SourceText(path: "example", language: example.language, bytes: Array(example.text.utf8))
                let before = Checker.check(source, options: CheckOptions())
                let (bytes, count) = Fixer.apply(before.findings, to: source, mode: .unsafe)
                guard count > 0 else { continue }
                let after = Checker.check(
                    SourceText(path: "example", language: example.language, bytes: bytes), options: CheckOptions())
                #expect(after.problems.isEmpty)
                #expect(
                    after.findings.count { $0.rule == rule.id } < before.findings.count { $0.rule == rule.id },
                    "\(example.text)")
            }
        }
    }

    @Test func `fixes keep line ends, foreign bytes and permissions, and refuse a changed file`() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "checkv4-\(UInt64.random(in: 0 ... .max))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("a.c").path
        let old =
            Array("/* \u{E9} */\r\nvoid f(void) {\r\n\tchar t[INET_ADDRSTRLEN];\r\n}".utf8) + [0xFF, 0xE9, 0x0A]
        try Data(old).write(to: URL(fileURLWithPath: path))
        chmod(path, 0o640)
        let source = SourceText(path: path, language: .c, bytes: old)
        let report = Checker.check(source, options: CheckOptions())
        let (new, count) = Fixer.apply(report.findings, to: source, mode: .safe)
        #expect(count == 1)
        #expect(FileReader.replace(path, old: old, new: new, limit: 1_000_000) == nil)
        let written = try Data(contentsOf: URL(fileURLWithPath: path))
        #expect(Array(written) == new)
        #expect(String(decoding: written, as: UTF8.self).contains("[INET6_ADDRSTRLEN];\r\n}"))
        var status = stat()
        #expect(stat(path, &status) == 0)
        #expect(status.st_mode & 0o7777 == 0o640)
        #expect(
            FileReader.replace(path, old: old, new: new, limit: 1_000_000) != nil, "the file is no longer what was read"
        )
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(names == ["a.c"])
    }

    @Test func `names in diffs are what patch understands`() {
        func head(_ path: String) -> String {
            let bytes = UnifiedDiff.bytes(path: path, old: Array("a\n".utf8), new: Array("b\n".utf8))
            return String(decoding: bytes.prefix { $0 != 0x40 }, as: UTF8.self)
        }
        #expect(head("sp ace/c d.c") == "--- a/sp ace/c d.c\t\n+++ b/sp ace/c d.c\t\n")
        #expect(head("/tmp/a.c") == "--- a/tmp/a.c\n+++ b/tmp/a.c\n")
    }

    @Test func `diffs are what git understands`() throws {
        let old = (1...40).map { "line \($0)" }.joined(separator: "\n") + "\n"
        let new = old.replacing("line 5\n", with: "line five\n").replacing("line 30\n", with: "line 30\nline 30b\n")
        let diff = String(
            decoding: UnifiedDiff.bytes(path: "a.txt", old: Array(old.utf8), new: Array(new.utf8)), as: UTF8.self)
        #expect(diff.contains("@@ -2,7 +2,7 @@"))
        #expect(diff.contains("@@ -28,6 +28,7 @@"))
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "checkv4-\(UInt64.random(in: 0 ... .max))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data(old.utf8).write(to: folder.appendingPathComponent("a.txt"))
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["git", "apply", "-"]
        process.currentDirectoryURL = folder
        let input = Pipe()
        process.standardInput = input
        try process.run()
        input.fileHandleForWriting.write(Data(diff.utf8))
        try input.fileHandleForWriting.close()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        let patched = try String(contentsOf: folder.appendingPathComponent("a.txt"), encoding: .utf8)
        #expect(patched == new)
    }

    @Test func `two uses of one length are one edit`() {
        let text = "void f(int s) { struct sockaddr a; getpeername(s, (T)&a + (T)&a, sizeof(struct sockaddr)); }"
        #expect(
            fixed(text, .c)
                == "void f(int s) { struct sockaddr_storage a; getpeername(s, (T)&a + (T)&a, sizeof(struct sockaddr_storage)); }"
        )
    }

    @Test func `columns and carets in texts that are not UTF-8`() throws {
        // Latin-1: each byte is a character of its own, also those that look like parts of one.
        let bytes = Array("/* ".utf8) + [0xF1, 0xA9, 0xE9] + Array(" */ void f(void) { gethostbyname(n); }".utf8)
        let source = SourceText(path: "a.c", language: .c, bytes: bytes)
        let finding = try #require(Checker.check(source, options: CheckOptions()).findings.first)
        #expect(finding.column == 26 && finding.region.startColumn == 26)
        let excerpt = Array(finding.excerpt.utf8)
        #expect(String(decoding: excerpt[finding.excerptRange], as: UTF8.self) == "gethostbyname")
    }

    @Test func `the window into a long line cuts no character`() throws {
        let text =
            "/*" + String(repeating: "é", count: 300) + "x*/ void f(void) { gethostbyname(n); } /*"
            + String(repeating: "é", count: 300) + "*/"
        let source = SourceText(path: "a.c", language: .c, bytes: Array(text.utf8))
        let finding = try #require(Checker.check(source, options: CheckOptions()).findings.first)
        #expect(!finding.excerpt.contains("\u{FFFD}"))
        #expect(
            String(decoding: Array(finding.excerpt.utf8)[finding.excerptRange], as: UTF8.self) == "gethostbyname")
        #expect(finding.region.startColumn == 322)
    }
}
