import Testing

@testable import Checkv4Core

/// A piece of source of the table, with the place that must be found.
struct TableCase: Sendable, CustomTestStringConvertible {
    var rule: RuleID
    var example: Rule.Example
    var testDescription: String { "\(rule.rawValue) \(example.language): \(example.text)" }

    static let bad = Rule.all.flatMap { rule in rule.bad.map { TableCase(rule: rule.id, example: $0) } }
    static let good = Rule.all.flatMap { rule in rule.good.map { TableCase(rule: rule.id, example: $0) } }
}

func check(_ text: String, _ language: Language, name: String? = nil, pedantic: Bool = false) -> [Finding] {
    var options = CheckOptions()
    options.isPedantic = pedantic
    let source = SourceText(path: name ?? "example.\(language.rawValue)", language: language, bytes: Array(text.utf8))
    return Checker.check(source, options: options).findings
}

struct RuleTableTests {
    @Test(arguments: TableCase.bad)
    func `what must be found is found at its place`(_ entry: TableCase) throws {
        let marked = Array(entry.example.marked.utf8)
        let opening = Array("«".utf8)
        let closing = Array("»".utf8)
        let start = try #require(marked.firstRange(of: opening)?.lowerBound)
        let end = try #require(marked.firstRange(of: closing)?.lowerBound) - opening.count
        // Rules of low confidence are off by default.
        let findings = check(entry.example.text, entry.example.language, pedantic: Rule[entry.rule].confidence == .low)
        let own = findings.filter { $0.rule == entry.rule }
        #expect(
            own.contains { $0.range == start..<end },
            "found: \(findings.map { "\($0.rule.rawValue)@\($0.range)" }), wanted \(start..<end)")
    }

    @Test(arguments: TableCase.good)
    func `what must not be found is not found`(_ entry: TableCase) {
        let findings = check(entry.example.text, entry.example.language, pedantic: false)
        #expect(!findings.contains { $0.rule == entry.rule }, "found: \(findings.map(\.message))")
    }

    @Test func `every rule of the table has a page, examples and a name of its own`() {
        #expect(Rule.all.map(\.id) == RuleID.allCases)
        #expect(Set(Rule.all.map(\.name)).count == Rule.all.count)
        for rule in Rule.all {
            #expect(!rule.good.isEmpty, "\(rule.id)")
            if rule.id != .sup03 { #expect(!rule.bad.isEmpty, "\(rule.id)") }
            let page = RulePage.text(rule)
            #expect(page.contains(rule.id.rawValue) && page.contains(rule.instead) && page.contains(rule.why))
        }
    }

    @Test func `dual-stack programs give nothing`() {
        let client = """
            int connect_to(const char *host, const char *port) {
                struct addrinfo hints = {0}, *list, *one;
                hints.ai_family = AF_UNSPEC;
                hints.ai_socktype = SOCK_STREAM;
                if (getaddrinfo(host, port, &hints, &list) != 0) return -1;
                int s = -1;
                for (one = list; one; one = one->ai_next) {
                    s = socket(one->ai_family, one->ai_socktype, one->ai_protocol);
                    if (s < 0) continue;
                    if (connect(s, one->ai_addr, one->ai_addrlen) == 0) break;
                    close(s);
                    s = -1;
                }
                freeaddrinfo(list);
                return s;
            }
            """
        #expect(check(client, .c).isEmpty)
        let format = """
            const char *text_of(const struct sockaddr_storage *a, char *out, socklen_t n) {
                switch (a->ss_family) {
                case AF_INET: return inet_ntop(AF_INET, &((const struct sockaddr_in *)a)->sin_addr, out, n);
                case AF_INET6: return inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)a)->sin6_addr, out, n);
                }
                return NULL;
            }
            """
        #expect(check(format, .c).isEmpty)
        let listeners = """
            void open_both(int port) {
                int on = 1;
                int six = socket(AF_INET6, SOCK_STREAM, 0);
                setsockopt(six, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
                struct sockaddr_in6 a6 = { .sin6_family = AF_INET6, .sin6_port = htons(port), .sin6_addr = in6addr_any };
                bind(six, (struct sockaddr *)&a6, sizeof a6);
                listen(six, 5);
                int four = socket(AF_INET, SOCK_STREAM, 0);
                struct sockaddr_in a4 = { .sin_family = AF_INET, .sin_port = htons(port) };
                a4.sin_addr.s_addr = htonl(INADDR_ANY);
                bind(four, (struct sockaddr *)&a4, sizeof a4);
                listen(four, 5);
            }
            """
        #expect(check(listeners, .c).isEmpty)
    }

    @Test func `a partner elsewhere in the file lowers the level, one in the function silences`() throws {
        let elsewhere = "void a(void) { x = gethostbyname(n); }\nvoid b(void) { s = socket(AF_INET6, 1, 0); }"
        let finding = try #require(check(elsewhere, .c).first { $0.rule == .nam01 })
        #expect(finding.severity == .warning)
        #expect(finding.confidence == .medium)
        let alone = try #require(check("void a(void) { x = gethostbyname(n); }", .c).first { $0.rule == .nam01 })
        #expect(alone.severity == .error)
        let near = "void a(void) { x = gethostbyname(n); s = socket(AF_INET6, 1, 0); }"
        #expect(!check(near, .c).contains { $0.rule == .nam01 })
        #expect(check(near, .c, pedantic: true).contains { $0.rule == .nam01 })
    }
}
