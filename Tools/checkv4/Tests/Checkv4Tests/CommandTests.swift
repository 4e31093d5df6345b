import Foundation
import Testing

@testable import Checkv4Core

/// Runs the built tool on folders of its own, as people do.
struct CommandTests {
    private struct Outcome {
        var status: Int32
        var output: String
        var errors: String
    }

    /// A copy of the fixtures outside the repository: in a folder of tests everything is one level less.
    private static let fixtures: String = {
        let own = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Fixtures")
        let copy = FileManager.default.temporaryDirectory.appendingPathComponent("checkv4-fixtures-\(getpid())")
        try? FileManager.default.removeItem(at: copy)
        try? FileManager.default.copyItem(at: own, to: copy)
        atexit {
            try? FileManager.default.removeItem(
                at: FileManager.default.temporaryDirectory.appendingPathComponent("checkv4-fixtures-\(getpid())"))
        }
        return copy.path
    }()

    private func run(_ arguments: [String], in folder: String = fixtures, input: String? = nil) throws -> Outcome {
        let process = Process()
        process.executableURL = Bundle.main.bundleURL.deletingLastPathComponent().appendingPathComponent("checkv4")
        if !FileManager.default.isExecutableFile(atPath: process.executableURL?.path ?? "") {
            // The test bundle stands beside the tool.
            let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? CommandLine.arguments[0]
            process.executableURL = URL(fileURLWithPath: bundle).deletingLastPathComponent().appendingPathComponent(
                "checkv4")
        }
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        let output = Pipe()
        let errors = Pipe()
        let incoming = Pipe()
        process.standardOutput = output
        process.standardError = errors
        process.standardInput = incoming
        try process.run()
        if let input { incoming.fileHandleForWriting.write(Data(input.utf8)) }
        try incoming.fileHandleForWriting.close()
        let text = output.fileHandleForReading.readDataToEndOfFile()
        let complaints = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Outcome(
            status: process.terminationStatus, output: String(decoding: text, as: UTF8.self),
            errors: String(decoding: complaints, as: UTF8.self)
        )
    }

    private func temporaryFolder() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "checkv4-\(UInt64.random(in: 0 ... .max))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }

    private func write(_ text: String, _ url: URL) throws {
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }

    // MARK: Files that are written

    @Test func `what is no regular file is written to and not replaced`() throws {
        let folder = try temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let pipe = folder.appendingPathComponent("pipe").path
        #expect(mkfifo(pipe, 0o600) == 0)
        // Open for both, so that neither side waits for the other.
        let ends = open(pipe, O_RDWR | O_NONBLOCK)
        defer { close(ends) }
        let outcome = try run(["--no-config", "--fail-on", "never", "--format", "sarif", "-o", pipe, "good.c"])
        #expect(outcome.status == 0)
        var status = stat()
        #expect(lstat(pipe, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO)
        var byte: UInt8 = 0
        #expect(read(ends, &byte, 1) == 1)

        let report = folder.appendingPathComponent("report").path
        let link = folder.appendingPathComponent("link").path
        try write("old", URL(fileURLWithPath: report))
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: report)
        _ = try run(["--no-config", "--fail-on", "never", "--format", "sarif", "-o", link, "good.c"])
        #expect(lstat(link, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK)
        #expect(try String(contentsOfFile: report, encoding: .utf8) != "old")
    }

    // MARK: Exit codes

    @Test func `the exit code says what happened`() throws {
        #expect(try run(["--no-config", "good.c"]).status == 0)
        #expect(try run(["--no-config", "bad.c"]).status == 1)
        #expect(try run(["--no-config", "--fail-on", "never", "bad.c"]).status == 0)
        #expect(try run(["--no-config", "--fail-on", "error", "settings.yaml"]).status == 1)
        #expect(try run(["--no-such-option"]).status == 2)
        #expect(try run([]).status == 2)
        #expect(try run(["--format", "x", "good.c"]).status == 2)
        #expect(try run(["--rules", "V4-NONE99", "good.c"]).status == 2)
        #expect(try run(["--severity", "V4-LIT02", "good.c"]).status == 2)
        #expect(try run(["--no-config", "missing.c"]).status == 3)
        #expect(try run(["--no-config", "--keep-going", "missing.c"]).status == 0)
        let both = try run(["--no-config", "missing.c", "bad.c"])
        #expect(both.status == 3)
        #expect(both.output.contains("V4-NAM01"), "the rest is printed")
        #expect(try run(["--help"]).status == 0)
        #expect(try run(["--version"]).output == "1.0.0\n")
    }

    @Test func `the first page of help names the options of a scan`() throws {
        for arguments in [["--help"], ["-h"], ["help"]] {
            let help = try run(arguments)
            #expect(help.status == 0)
            for option in ["--fix", "--format", "--baseline", "--changed-since", "explain", "rules"] {
                #expect(help.output.contains(option), "\(option) in \(arguments)")
            }
        }
    }

    @Test func `a wrong option says what is wrong with it`() throws {
        let rule = try run(["--no-config", "--severity", "V4-XXX99=note", "good.c"])
        #expect(rule.status == 2 && rule.errors.contains("unknown rule 'V4-XXX99'"))
        let level = try run(["--no-config", "--severity", "V4-LIT02=loud", "good.c"])
        #expect(level.status == 2 && level.errors.contains("unknown level 'loud'; use off, note, warning or error"))
        let fix = try run(["--no-config", "--fix=all", "good.c"])
        #expect(fix.status == 2 && fix.errors.contains("unsafe"))
    }

    @Test func `nothing is fixed when a name of the command line is wrong`() throws {
        let folder = try temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let text = "void f(void) { struct addrinfo hints = {0}; hints.ai_family = AF_INET; }\n"
        try write(text, folder.appendingPathComponent("a.c"))
        let outcome = try run(["--no-config", "--fix", "unsafe", "."], in: folder.path)
        #expect(outcome.status == 2)
        #expect(outcome.errors.contains("--fix=unsafe"))
        #expect(try String(contentsOf: folder.appendingPathComponent("a.c"), encoding: .utf8) == text)
    }

    @Test func `a rule that is off makes no ignore comment useless, however it is switched off`() throws {
        let text = "void f(void) { a = inet_addr(t); } // v4check:ignore V4-TXT01 -- the format\n"
        for options in [["--severity", "V4-TXT01=off"], ["--disable", "V4-TXT01"], ["--rules", "V4-SUP,V4-LIT02"]] {
            let outcome = try run(["--no-config", "--stdin-filename", "a.c"] + options + ["-"], input: text)
            #expect(!outcome.output.contains("V4-SUP01"), "\(options): \(outcome.output)")
        }
    }

    @Test func `files of the tool in a folder are no sources`() throws {
        let folder = try temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        try write("int a;\n", folder.appendingPathComponent("a.c"))
        try write("{}", folder.appendingPathComponent(".checkv4.json"))
        _ = try run(["--write-baseline", "known.json", "."], in: folder.path)
        #expect(try run(["--baseline", "known.json", "."], in: folder.path).errors.hasPrefix("1 files"))
        try write("{\"baseline\": \"known.json\"}", folder.appendingPathComponent(".checkv4.json"))
        #expect(try run(["."], in: folder.path).errors.hasPrefix("1 files"))
    }

    @Test func `a mistake in the settings is named in plain words`() throws {
        let folder = try temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        try write("int a;\n", folder.appendingPathComponent("a.c"))
        for (settings, words) in [
            ("{\"accept\": [{\"path\": \"a.c\"}]}", "accept[0] has no 'reason'"),
            ("{\"exclude\": \"a.c\"}", "exclude must be a list"),
            ("{\"requireReason\": \"yes\"}", "requireReason must be true or false"),
        ] {
            try write(settings, folder.appendingPathComponent(".checkv4.json"))
            let outcome = try run(["."], in: folder.path)
            #expect(outcome.status == 2 && outcome.errors.contains(words), "\(outcome.errors)")
        }
    }

    @Test func `advice fits the language`() throws {
        let settings = try run(["--no-config", "--stdin-filename", "a.yaml", "-"], input: "listen: 0.0.0.0:8080\n")
        #expect(settings.output.contains("V4-LIT01") && settings.output.contains("'::'"))
        #expect(!settings.output.contains("getaddrinfo") && !settings.output.contains("Swift"))
        let python = try run(["--no-config", "--stdin-filename", "a.py", "-"], input: "a = socket.inet_ntoa(b)\n")
        #expect(python.output.contains("V4-TXT02") && !python.output.contains("in Swift"))
        let swift = try run(["--no-config", "--stdin-filename", "a.swift", "-"], input: "let a = inet_addr(t)\n")
        #expect(swift.output.contains("in Swift"))
    }

    @Test func `a file gives the same from every folder and under every name`() throws {
        let folder = try temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        // The folders above what is named say nothing about it.
        let project = folder.appendingPathComponent("tests/dhcp/project")
        let text = "void f(void) { a = inet_addr(t); gethostbyname(n); char *s = \"192.168.1.7\"; }\n"
        try write(text, project.appendingPathComponent("a.c"))
        let inside = try run(["--no-config", "--format", "json", "."], in: project.path)
        let lines = inside.output.split(separator: "\n")
        #expect(lines.count >= 3 && inside.output.contains("\"error\""))
        for (path, place) in [
            ("tests/dhcp/project", folder), (project.path, URL(fileURLWithPath: "/")), ("a.c", project),
            ("project/a.c", project.deletingLastPathComponent()),
        ] {
            let other = try run(["--no-config", "--format", "json", path], in: place.path)
            func levels(_ text: String) -> [String] {
                text.split(separator: "\n").compactMap { line in
                    line.split(separator: ",").first { $0.contains("severity") }.map(String.init)
                }
            }
            #expect(levels(other.output) == levels(inside.output), "\(path)")
        }
        // One file, whatever it is called.
        try FileManager.default.createSymbolicLink(
            atPath: project.appendingPathComponent("b.c").path, withDestinationPath: "a.c")
        let twice = try run(["--no-config", "--format", "json", "a.c", project.path + "/a.c", "b.c"], in: project.path)
        #expect(twice.output.split(separator: "\n").count == lines.count)
    }

    @Test func `a baseline is not written from a part`() throws {
        let outcome = try run(["--no-config", "--changed-since", "HEAD", "--write-baseline", "x.json", "good.c"])
        #expect(outcome.status == 2 && outcome.errors.contains("--changed-since"))
    }

    @Test func `a source in UTF-16 is an incomplete result`() throws {
        let folder = try temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data([0xFF, 0xFE, 0x69, 0, 0x0A, 0]).write(to: folder.appendingPathComponent("a.c"))
        let outcome = try run(["--no-config", "."], in: folder.path)
        #expect(outcome.status == 3 && outcome.errors.contains("UTF-16"))
    }

    @Test func `pages and lists`() throws {
        for arguments in [["explain", "V4-FAM01"], ["--explain", "V4-FAM01"], ["explain", "fam01"]] {
            let page = try run(arguments)
            #expect(page.status == 0)
            #expect(page.output.contains("AF_UNSPEC"))
            #expect(page.output.contains("Socket.connected"))
        }
        #expect(try run(["explain", "V4-NONE"]).status == 2)
        let list = try run(["rules"]).output
        for rule in RuleID.allCases { #expect(list.contains(rule.rawValue)) }
        let json = try run(["--list-rules", "--format=json"]).output
        #expect(json.split(separator: "\n").count == RuleID.allCases.count)
    }

    // MARK: Forms

    @Test func `the forms of one finding`() throws {
        let text = try run(["--no-config", "--rules", "V4-FAM02", "bad.c"]).output
        #expect(
            text == """
                bad.c:19:23: error: 'AF_INET' hides the IPv6 addresses of every name; use AF_UNSPEC [V4-FAM02]
                      hints.ai_family = AF_INET;
                                        ^~~~~~~
                  fix-it (review): {19:23-19:30}: "AF_UNSPEC"

                """
        )
        let msvc = try run(["--no-config", "--rules", "V4-FAM02", "--format", "msvc", "bad.c"]).output
        #expect(msvc.hasPrefix("bad.c(19,23): error V4-FAM02: 'AF_INET' hides"))
        let github = try run(["--no-config", "--rules", "V4-FAM02", "--format", "github", "bad.c"]).output
        #expect(
            github.hasPrefix(
                "::error file=bad.c,line=19,endLine=19,col=23,endColumn=30,title=V4-FAM02::'AF_INET' hides"))
        let json = try run(["--no-config", "--rules", "V4-FAM02", "--format", "json", "bad.c"]).output
        let object = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
        #expect(object["file"] as? String == "bad.c")
        #expect(object["endColumn"] as? Int == 30)
        #expect(object["suppressed"] as? Bool == false)
        let checkstyle = try run(["--no-config", "--rules", "V4-FAM02", "--format", "checkstyle", "bad.c"]).output
        #expect(checkstyle.contains("<error line=\"19\" column=\"23\" severity=\"error\""))
        #expect(
            try run(["--no-config", "--format", "junit", "bad.c", "good.c"]).output.contains(
                "tests=\"2\" failures=\"1\""))
        let html = try run(["--no-config", "--format", "html", "."]).output
        #expect(html.contains("<svg") && html.contains("V4-NAM01") && html.contains("bad.c"))
    }

    @Test func `the classic form`() throws {
        let result = try run(["--no-config", "--rules=checkv4", "--format=checkv4", "bad.c"])
        let lines = result.output.split(separator: "\n").map(String.init)
        #expect(lines.first == "bad.c(1) : gethostbyname : use getaddrinfo instead", "comments are not told apart")
        #expect(lines.contains("bad.c(6) : hostent : use addrinfo instead"))
        #expect(
            lines.contains(
                "bad.c(7) : sockaddr_in : use sockaddr_storage instead, or use sockaddr_in6 in addition for IPv6 support"
            ))
        #expect(lines.contains("bad.c(8) : AF_INET : use AF_INET6 in addition for IPv6 support"))
        #expect(!lines.contains { $0.contains("V4-") })
    }

    @Test func `the same input gives the same bytes, in whatever order and with however many threads`() throws {
        let first = try run([
            "--no-config", "--format", "sarif", "--jobs", "1", "bad.c", "bad.swift", "bad.py", "bad.go",
        ])
        let second = try run([
            "--no-config", "--format", "sarif", "--jobs", "4", "bad.go", "bad.py", "bad.swift", "bad.c", "bad.c",
        ])
        #expect(first.output == second.output)
        #expect(first.output.contains("\"startColumn\":28"), "UTF-16 columns")
    }

    @Test func `standard input`() throws {
        let result = try run(
            ["-", "--stdin-filename", "x.c", "--no-config"], input: "void f(void) { gethostbyname(n); }")
        #expect(result.output.hasPrefix("x.c:1:16: error:"))
        #expect(try run(["-", "--no-config"], input: "x").status == 2)
        #expect(
            try run(["-", "--no-config", "--language", "python"], input: "s = socket.socket()\n").output.contains(
                "V4-FAM04"))
    }

    // MARK: Comments, baseline, configuration

    @Test func `ignore comments`() {
        func rules(_ text: String) -> [String] {
            check(text, .c).map { "\($0.rule.rawValue)\($0.suppression == nil ? "" : " suppressed")" }
        }
        let call = "void f(void) { gethostbyname(n); }"
        #expect(rules("\(call) // ipv6-ok: the reason") == ["V4-NAM01 suppressed"])
        #expect(rules("\(call) /* v4check:ignore V4-NAM01 -- reason */") == ["V4-NAM01 suppressed"])
        #expect(rules("\(call) // v4check:ignore V4-LIT02 -- other") == ["V4-NAM01", "V4-SUP01"])
        #expect(rules("// v4check:ignore-next-line V4-NAM01 -- reason\n\n\(call)") == ["V4-NAM01 suppressed"])
        #expect(
            rules("// v4check:ignore-begin V4-NAM01 -- reason\nint a;\n\(call)\n// v4check:ignore-end\n\(call)") == [
                "V4-NAM01 suppressed", "V4-NAM01",
            ])
        #expect(rules("// v4check:ignore-begin\n\(call)").contains("V4-SUP04"))
        #expect(
            rules("// v4check:ignore-file V4-NAM01 -- reason\n\(call)\n\(call)") == [
                "V4-NAM01 suppressed", "V4-NAM01 suppressed",
            ])
        #expect(rules("\(call) // v4check:ignore V4-TYPO01 -- x") == ["V4-NAM01", "V4-SUP02"])
        #expect(rules("int a; // a text about v4check:ignore and ipv6-ok").isEmpty)
    }

    @Test func `a baseline holds what is known, wherever it moves`() throws {
        let folder = try temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("a.c")
        try write("void f(void) { gethostbyname(n); }\n", file)
        #expect(try run(["a.c", "--write-baseline", "known.json"], in: folder.path).status == 0)
        try write("int new;\n\n  void f(void) { gethostbyname(n); }\nvoid g(void) { inet_ntoa(a); }\n", file)
        let result = try run(["a.c", "--baseline", "known.json"], in: folder.path)
        #expect(result.status == 1)
        #expect(!result.output.contains("V4-NAM01") && result.output.contains("V4-TXT02"))
        try write("{}", folder.appendingPathComponent("broken.json"))
        #expect(try run(["a.c", "--baseline", "broken.json"], in: folder.path).status == 2)
    }

    @Test func `the configuration file`() throws {
        let folder = try temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        try write("void f(void) { gethostbyname(n); x = \"127.0.0.1\"; }\n", folder.appendingPathComponent("src/a.c"))
        try write("void f(void) { inet_ntoa(a); }\n", folder.appendingPathComponent("old/b.c"))
        let settings = folder.appendingPathComponent(".checkv4.json")
        try write(
            #"{"exclude": ["old/**"], "severity": {"V4-NAM01": "note"}, "allowedLiterals": ["127.0.0.1"], "failOn": "warning"}"#,
            settings)
        let result = try run(["."], in: folder.path)
        #expect(result.status == 0)
        #expect(result.output.contains("note: 'gethostbyname'"))
        #expect(!result.output.contains("b.c") && !result.output.contains("LIT02"))
        try write(
            #"{"accept": [{"path": "src/**", "rules": ["V4-NAM01"], "reason": "kept for a test"}], "exclude": ["old/**"], "tests": []}"#,
            settings)
        let accepted = try run(["src", "--show-suppressed"], in: folder.path)
        #expect(accepted.output.contains("(suppressed: kept for a test)"))
        for text in [
            #"{"excludes": []}"#, "{", #"{"severity": {"V4-NAM01": "bad"}}"#,
            #"{"accept": [{"path": "a", "reason": " "}]}"#,
        ] {
            try write(text, settings)
            #expect(try run(["src"], in: folder.path).status == 2, "\(text)")
        }
    }

    // MARK: Fixes and files

    @Test func `fixes are shown first and written when asked for`() throws {
        let folder = try temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("a.c")
        let old = "void f(void)\n{\n    char t[INET_ADDRSTRLEN];\n}\n"
        try write(old, file)
        let diff = try run(["--diff", "a.c"], in: folder.path)
        #expect(diff.output.contains("-    char t[INET_ADDRSTRLEN];\n+    char t[INET6_ADDRSTRLEN];\n"))
        #expect(try String(contentsOf: file, encoding: .utf8) == old)
        let fixed = try run(["--fix", "a.c"], in: folder.path)
        #expect(fixed.status == 0)
        #expect(fixed.errors.contains("1 findings fixed"))
        #expect(try String(contentsOf: file, encoding: .utf8) == old.replacing("INET_", with: "INET6_"))
    }

    @Test func `what cannot be read is one line each`() throws {
        let folder = try temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data([0x7F, 0x45, 0, 1, 2]).write(to: folder.appendingPathComponent("binary.c"))
        try Data(Array("char *a = \"caf".utf8) + [0xE9] + Array("\"; void f(void) { gethostbyname(n); }\n".utf8)).write(
            to: folder.appendingPathComponent("latin.c"))
        try Data(repeating: 0x20, count: 3_000_000).write(to: folder.appendingPathComponent("large.c"))
        try write("char *s = \"no end\n", folder.appendingPathComponent("open.c"))
        try FileManager.default.createSymbolicLink(
            atPath: folder.appendingPathComponent("loop").path, withDestinationPath: "loop")
        try FileManager.default.createSymbolicLink(
            atPath: folder.appendingPathComponent("up").path, withDestinationPath: ".")
        let result = try run([".", "--no-config", "--max-file-size", "1000000"], in: folder.path)
        #expect(result.status == 3)
        let lines = result.errors.split(separator: "\n").map(String.init)
        #expect(lines.contains("binary.c: note: is binary: not read"))
        #expect(lines.contains("latin.c:1: note: is not UTF-8 here: read byte by byte"))
        #expect(lines.contains("large.c: note: has 3 MB, more than --max-file-size allows: not read"))
        #expect(
            lines.contains("open.c:1: error: the string has no end; the rest of the file was read as well as it goes"))
        #expect(lines.contains("loop: note: a loop of symbolic links: not followed"))
        #expect(lines.count == 6, "\(lines)")
        #expect(result.output.contains("latin.c:1:34: error: 'gethostbyname'"))
        let json = try run([".", "--no-config", "--format", "sarif"], in: folder.path).output
        #expect(try JSONSerialization.jsonObject(with: Data(json.utf8)) is [String: Any])
    }

    @Test func `gitignore and patterns`() throws {
        let folder = try temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let call = "void f(void) { gethostbyname(n); }\n"
        for name in ["a.c", "gen/b.c", "keep/c.c", "out/d.c", "out/e.c", "node_modules/x.c", ".hidden/y.c"] {
            try write(call, folder.appendingPathComponent(name))
        }
        try write("gen/\n/out/*\n!/out/e.c\n", folder.appendingPathComponent(".gitignore"))
        func files(_ arguments: [String]) throws -> [String] {
            let lines = try run(["--no-config", "--format", "msvc"] + arguments, in: folder.path).output.split(
                separator: "\n")
            return lines.map { String($0.prefix { $0 != "(" }) }
        }
        #expect(try files(["."]) == ["a.c", "keep/c.c", "out/e.c"])
        #expect(try files([".", "--exclude", "keep/**"]) == ["a.c", "out/e.c"])
        #expect(try files([".", "--include", "**/c.c"]) == ["keep/c.c"])
        #expect(try files([".", "--no-gitignore"]) == ["a.c", "gen/b.c", "keep/c.c", "out/d.c", "out/e.c"])
        #expect(try files(["gen"]) == ["gen/b.c"], "what is named is read")
    }

    @Test func `globs`() {
        for (pattern, path, fits) in [
            ("*.c", "a.c", true), ("*.c", "x/a.c", false), ("**/*.c", "a.c", true), ("**/*.c", "x/y/a.c", true),
            ("x/**", "x/y/z", true), ("x/**", "x", false), ("x/", "x/a", true), ("a?c", "abc", true),
            ("a?c", "a/c", false),
            ("**/t/**", "t/a", true), ("**/t/**", "a/t/b", true), ("**/t/**", "at/b", false), ("[ab].c", "a.c", true),
            ("[!ab].c", "a.c", false), ("a\\*", "a*", true), ("a\\*", "ab", false), ("[", "[", true), ("", "", true),
        ] { #expect(Glob(pattern).matches(path) == fits, "\(pattern) \(path)") }
        #expect(!Glob(String(repeating: "*a", count: 60)).matches(String(repeating: "a", count: 2000) + "b"))
    }

    // MARK: What people get wrong

    @Test func `options without sense are refused`() throws {
        for arguments in [
            ["--color", "sometimes"], ["--rules", ""], ["--rules", ","], ["--disable", " "], ["--max-file-size", "0"],
            ["--max-file-size=-5"], ["--fix", "-"], ["--changed-since", ""], ["--changed-since", "-x"],
            ["--jobs", "0"], ["--baseline", "missing.json"],
        ] {
            let outcome = try run(["--no-config", "good.c"] + arguments, input: "")
            #expect(outcome.status == 2, "\(arguments)")
            #expect(!outcome.errors.isEmpty)
        }
        #expect(try run(["explain", "V4-FAM99"]).errors.contains("V4-FAM01, V4-FAM02"))
        #expect(try run(["explain", "V4-FAM"]).output.contains("V4-FAM05"))
    }

    @Test func `what cannot be written is said`() throws {
        // Device files stand for a full disk.
        let outcome = try run(["--no-config", "bad.c", "-o", "/dev/full"])
        #expect(outcome.status == 2 && outcome.errors.contains("/dev/full: cannot be written"))
        #expect(try run(["--no-config", "bad.c", "-o", "."]).status == 2)
    }

    @Test func `a link that leads nowhere stays a link when a report is written to it`() throws {
        let folder = try temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let link = folder.appendingPathComponent("link").path
        let report = folder.appendingPathComponent("report").path
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: report)
        #expect(try run(["--no-config", "good.c", "--format", "sarif", "-o", link]).status == 0)
        var status = stat()
        #expect(lstat(link, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK)
        #expect(FileManager.default.fileExists(atPath: report))
    }

    @Test func `a file that nobody may write is not fixed`() throws {
        let folder = try temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("a.c")
        let old = "void f(void) { char t[INET_ADDRSTRLEN]; }\n"
        try write(old, file)
        #expect(chmod(file.path, 0o444) == 0)
        let outcome = try run(["--no-config", "--fix", "a.c"], in: folder.path)
        #expect(outcome.status == 3)
        #expect(outcome.errors.contains("a.c: error: is read-only: not fixed"))
        #expect(try String(contentsOf: file, encoding: .utf8) == old)
    }

    @Test func `a diff has the bytes of the file, and goes where the report goes`() throws {
        let folder = try temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("a.c")
        let old = Data(Array("/* caf".utf8) + [0xE9] + Array(" */ void f(void) { char t[INET_ADDRSTRLEN]; }\n".utf8))
        try old.write(to: file)
        let outcome = try run(["--no-config", "--diff", "-o", "fix.diff", "a.c"], in: folder.path)
        #expect(outcome.output.isEmpty)
        let diff = try Data(contentsOf: folder.appendingPathComponent("fix.diff"))
        #expect(diff.contains(0xE9))
    }

    @Test func `only what is reported is fixed`() throws {
        let folder = try temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("a.c")
        let known = "void f(void) { char t[INET_ADDRSTRLEN]; }\n"
        try write(known, file)
        _ = try run(["--no-config", "--write-baseline", "known.json", "a.c"], in: folder.path)
        try write(known + "void g(void) { char new_one[INET_ADDRSTRLEN]; }\n", file)
        #expect(try run(["--no-config", "--baseline", "known.json", "--fix", "a.c"], in: folder.path).status == 0)
        #expect(
            try String(contentsOf: file, encoding: .utf8) == known
                + "void g(void) { char new_one[INET6_ADDRSTRLEN]; }\n")
    }

    @Test func `paths are meant from the folder of the settings and of the baseline`() throws {
        let folder = try temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let call = "void f(void) { gethostbyname(n); }\n"
        try write(call, folder.appendingPathComponent("src/old/a.c"))
        try write(call, folder.appendingPathComponent("src/new/b.c"))
        try write(#"{"exclude": ["src/old/**"]}"#, folder.appendingPathComponent(".checkv4.json"))
        let below = folder.appendingPathComponent("src").path
        #expect(try run(["."], in: below).output.contains("a.c") == false)
        #expect(try run([folder.path], in: "/").output.contains("src/old/a.c"), "another folder has other settings")
        let named = try run(["old/a.c"], in: below)
        #expect(named.status == 0 && named.errors.contains("old/a.c: note: is excluded by a pattern: not read"))
        #expect(try run(["--write-baseline", "known.json", "."], in: folder.path).status == 0)
        #expect(try run(["--baseline", "../known.json", "."], in: below).status == 0)
        #expect(
            try run(["--no-config", "--baseline", folder.path + "/known.json", below + "/new"], in: "/").status == 0)
        try write("{\"version\": 1, \"findings\": {\"x.c\": [\"1\"]}}", folder.appendingPathComponent("other.json"))
        let wrong = try run(["--baseline", "other.json", "."], in: folder.path)
        #expect(wrong.status == 1 && wrong.errors.contains("note: no finding is in the baseline"))
    }

    @Test func `ignore files above the folder count`() throws {
        let folder = try temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(
            at: folder.appendingPathComponent(".git"), withIntermediateDirectories: true)
        try write("made/\n/src/out.c\n", folder.appendingPathComponent(".gitignore"))
        for name in ["src/made/a.c", "src/out.c", "src/b.c"] {
            try write("void f(void) { gethostbyname(n); }\n", folder.appendingPathComponent(name))
        }
        for (arguments, place) in [(["."], "src"), ([folder.path + "/src"], "."), (["../src"], "src")] {
            let output = try run(
                ["--no-config", "--format", "msvc"] + arguments, in: folder.appendingPathComponent(place).path
            ).output
            #expect(output.split(separator: "\n").count == 1 && output.contains("b.c("), "\(arguments)")
        }
    }

    // MARK: Changed lines

    private func git(_ arguments: [String], in folder: URL) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org"] + arguments
        process.currentDirectoryURL = folder
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }

    @Test func `changed lines, whatever the settings of git and the names of files`() throws {
        let folder = try temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let call = "void f(void) { gethostbyname(n); }\n"
        try git(["init", "-q"], in: folder)
        try write(call, folder.appendingPathComponent("new.c"))
        #expect(
            try run(["--no-config", "--changed-since", "HEAD", "."], in: folder.path).output.contains("new.c"),
            "a repository without a commit")
        let names = ["plain.c", "with blank.c", "\u{E9}\"quoted\".c", "sub/deep.c"]
        for name in names { try write(call, folder.appendingPathComponent(name)) }
        try git(["add", "."], in: folder)
        try git(["commit", "-q", "-m", "one"], in: folder)
        try git(["config", "diff.noprefix", "true"], in: folder)
        try git(["config", "diff.mnemonicPrefix", "true"], in: folder)
        for name in names {
            // A line that looks like the head of a file's part.
            try write(
                call + "/*\n++ b/other.c\n*/\nvoid g(void) { inet_ntoa(a); }\n", folder.appendingPathComponent(name))
        }
        func found(_ arguments: [String], _ place: String = "") throws -> Int {
            let output = try run(
                ["--no-config", "--format", "msvc", "--changed-since", "HEAD"] + arguments,
                in: folder.appendingPathComponent(place).path
            ).output
            #expect(!output.contains("NAM01"), "an old line")
            return output.split(separator: "\n").count
        }
        #expect(try found(["."]) == names.count)
        #expect(try found(["."], "sub") == 1)
        #expect(try found([".."], "sub") == names.count)
        #expect(try found([folder.path]) == names.count)
        #expect(try run(["--no-config", "--changed-since", "nowhere", "."], in: folder.path).status == 2)
    }

    @Test func `a fix touches no line that did not change`() throws {
        let folder = try temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("a.c")
        let old = "void f(void) { char t[INET_ADDRSTRLEN]; }\n"
        try git(["init", "-q"], in: folder)
        try write(old, file)
        try git(["add", "."], in: folder)
        try git(["commit", "-q", "-m", "one"], in: folder)
        try write(old + "void g(void) { char other[INET_ADDRSTRLEN]; }\n", file)
        _ = try run(["--no-config", "--changed-since", "HEAD", "--fix", "."], in: folder.path)
        #expect(
            try String(contentsOf: file, encoding: .utf8) == old + "void g(void) { char other[INET6_ADDRSTRLEN]; }\n")
    }

    @Test func `comments that do nothing are told`() {
        func rules(_ text: String) -> [String] { check(text, .c).map(\.rule.rawValue) }
        #expect(rules("int a; // v4check:ignore-end") == ["V4-SUP01"])
        #expect(rules(String(repeating: "\n", count: 30) + "// v4check:ignore-file -- late") == ["V4-SUP01"])
    }
}
