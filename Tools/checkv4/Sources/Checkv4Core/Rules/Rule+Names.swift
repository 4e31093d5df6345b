extension Rule {
    private static let c: [Language] = [.c, .cpp, .objc]

    static let names: [Rule] = [
        Rule(
            .nam01, "OldResolver", "a resolver that returns IPv4 addresses only", .error, .high,
            in: c + [.swift, .python],
            what: "finds IPv4 addresses only",
            why: "The gethostbyname family asks for A records. Hosts with AAAA records alone look unknown.",
            instead: "getaddrinfo",
            sockets: "Socket.connected(to: host, port: port) or Resolver",
            bad: [
                (.c, "void f(char *n) { use(«gethostbyname»(n)); }"),
                (.python, "a = socket.«gethostbyname»(name)\n"),
                (.swift, "func f(n: String) { _ = «gethostbyname»(n) }"),
                (
                    .c,
                    "void f(char *n) { use(«gethostbyname»(n)); hints.ai_family = AF_INET; getaddrinfo(n, 0, &hints, &r); }"
                ),
            ],
            good: [
                (.c, "struct hostent *gethostbyname(const char *);"),
                (.c, "void f(struct api *a, char *n) { a->gethostbyname(n); }"),
                (.python, "def gethostbyname(n):\n    pass\n"),
                (.c, "void f(void) { log(\"gethostbyname(x)\"); }"),
            ]
        ),
        Rule(
            .nam02, "OldReverseResolver", "the reverse resolver with a fixed family", .error, .high, in: c + [.swift],
            what: "needs the family and the length written out",
            why: "gethostbyaddr takes raw bytes with a length and a family that callers write as 4 and AF_INET.",
            instead: "getnameinfo",
            sockets: "Resolver's reverse lookup of a SocketAddress",
            bad: [(.c, "void f(void *p) { use(«gethostbyaddr»(p, 4, 2)); }")],
            good: [
                (.c, "struct hostent *gethostbyaddr(const void *, int, int);"),
                (.python, "n = socket.gethostbyaddr(address)\n"),
                (.cpp, "#define gethostbyaddr(a,l,t) Squid::gethostbyaddr(a,l,t)\n"),
            ]
        ),
        Rule(
            .nam03, "FirstAddressOnly", "only the first address of a name is tried", .warning, .medium,
            in: c + [.swift, .python, .go],
            what: "is used for its first result only",
            why: "The first address may be of a family that this host cannot reach; the next one would work.",
            instead: "a loop over ai_next until an address works",
            sockets: "Socket.connected(to: host, port: port), which tries every address",
            bad: [
                (
                    .c,
                    "int f(char *h) { struct addrinfo *r; «getaddrinfo»(h, \"80\", 0, &r); return connect(3, r->ai_addr, r->ai_addrlen); }"
                ),
                (.python, "a = socket.«getaddrinfo(h, 80)[0]»\n"),
                (.go, "func f() { ips, _ := net.LookupIP(h); use(«ips[0]») }"),
            ],
            good: [
                (
                    .c,
                    "void f(char *h) { struct addrinfo *r; getaddrinfo(h, \"80\", 0, &r); for (; r; r = r->ai_next) connect(3, r->ai_addr, r->ai_addrlen); }"
                ),
                (
                    .c,
                    "void f(char *h) { hints.ai_flags = AI_NUMERICHOST; getaddrinfo(h, 0, &hints, &r); use(r->ai_addr); }"
                ),
                (.python, "for a in socket.getaddrinfo(h, 80):\n    use(a[0])\n"),
            ]
        ),
        Rule(
            .nam04, "ServiceByName", "the old lookup of services", .note, .medium, in: c + [.swift],
            what: "is not thread safe and stands where an IPv4-only resolver stood",
            why: "It works with IPv6, but getaddrinfo takes the service too and needs no static memory.",
            instead: "the service argument of getaddrinfo",
            sockets: "the service name as port of Socket.connected(to:port:)",
            bad: [(.c, "void f(void) { use(«getservbyname»(\"http\", \"tcp\")); h = gethostbyname(n); }")],
            good: [
                (.c, "struct servent *getservbyname(const char *, const char *);"),
                (.c, "void f(void) { use(getservbyname(\"http\", \"tcp\")); }"),
            ]
        ),
        Rule(
            .nam05, "ConfiguredFamiliesForLocalName", "AI_ADDRCONFIG for a local name", .note, .low,
            in: c + [.swift, .python],
            what: "hides ::1 on hosts without another IPv6 address",
            why: "The flag looks at the configured addresses but not at loopback, so that local names lose a family.",
            instead: "no AI_ADDRCONFIG for localhost",
            sockets: "SocketAddress.loopback(port:)",
            bad: [
                (.c, "void f(void) { hints.ai_flags = «AI_ADDRCONFIG»; getaddrinfo(\"localhost\", 0, &hints, &r); }")
            ],
            good: [(.c, "void f(char *h) { hints.ai_flags = AI_ADDRCONFIG; getaddrinfo(h, 0, &hints, &r); }")]
        ),
        Rule(
            .nam06, "AddressOfOwnName", "one address taken for this host's", .warning, .medium,
            in: c + [.swift, .python, .go],
            what:
                "takes one address of IPv4, by the host's name or the first of an interface, for this host's only one",
            why: "A host has many addresses of both families, and its name may resolve to loopback.",
            instead: "getifaddrs, and all that it gives",
            sockets: "NetworkInterface",
            bad: [
                (.python, "ip = socket.gethostbyname(socket.«gethostname»())\n"),
                (.c, "void f(void) { char n[9]; «gethostname»(n, 9); use(gethostbyname(n)); }"),
                (
                    .c,
                    "void f(void) { getifaddrs(&l); for (i = l; i; i = i->ifa_next) { "
                        + "if (i->ifa_addr->sa_family != AF_INET || i->ifa_flags & «IFF_LOOPBACK») continue; use(i); break; } }"
                ),
                (
                    .go,
                    "func f() string {\n\taddrs, _ := net.InterfaceAddrs()\n\tfor _, a := range addrs {\n"
                        + "\t\tif n, ok := a.(*net.IPNet); ok && !n.IP.«IsLoopback»() {\n\t\t\tif n.IP.To4() != nil {\n"
                        + "\t\t\t\treturn n.IP.String()\n\t\t\t}\n\t\t}\n\t}\n\treturn \"\"\n}\n"
                ),
                (.python, "ip = netifaces.«ifaddresses(name)[netifaces.AF_INET][0]»[\"addr\"]\n"),
                (
                    .python,
                    "def f():\n    for a in psutil.«net_if_addrs»()[\"eth0\"]:\n"
                        + "        if a.family == socket.AF_INET:\n            return a.address\n"
                ),
                (
                    .swift,
                    "func f() -> String? {\n    getifaddrs(&list)\n    for one in sequence(first: list, next: { $0.pointee.ifa_next }) {\n"
                        + "        if Int32(one.pointee.ifa_flags) & «IFF_LOOPBACK» != 0 { continue }\n"
                        + "        if one.pointee.ifa_addr.pointee.sa_family == UInt8(AF_INET) { return text(one) }\n    }\n"
                        + "    return nil\n}\n"
                ),
            ],
            good: [
                (.python, "name = socket.gethostname()\n"),
                (
                    .c,
                    "void f(void) { getifaddrs(&l); for (i = l; i; i = i->ifa_next) { "
                        + "if (i->ifa_addr->sa_family == AF_INET && !(i->ifa_flags & IFF_LOOPBACK)) add(i); } return; }"
                ),
                (
                    .c,
                    "void f(void) { getifaddrs(&l); for (i = l; i; i = i->ifa_next) { "
                        + "if (i->ifa_addr->sa_family != AF_INET || i->ifa_flags & IFF_LOOPBACK) continue; "
                        + "if (!(e = malloc(9))) return; if (++n >= MOST) { full = 1; break; } } }"
                ),
                (
                    .python,
                    "def f():\n    for a in psutil.net_if_addrs()[\"eth0\"]:\n"
                        + "        if a.family == socket.AF_INET:\n            all.append(a.address)\n"
                ),
            ]
        ),
    ]

    static let text: [Rule] = [
        Rule(
            .txt01, "Ipv4Parser", "a parser of dotted quads", .error, .high, fix: .review, in: c + [.swift, .python],
            what: "understands IPv4 text only",
            why:
                "It rejects every IPv6 address, takes odd forms such as 1 or 0x7f.1, and inet_addr has no value for errors.",
            instead: "inet_pton by family, or getaddrinfo with AI_NUMERICHOST",
            sockets: "IPAddress(\"…\")",
            bad: [
                (.c, "void f(char *t) { a = «inet_addr»(t); }"),
                (.python, "a = socket.«inet_aton»(t)\n"),
                (.swift, "func f(t: String) { let a = «inet_addr»(t) }"),
            ],
            good: [
                (.c, "in_addr_t inet_addr(const char *);"),
                (.c, "int f(char *t) { return inet_pton(AF_INET6, t, b) || inet_pton(AF_INET, t, b); }"),
            ]
        ),
        Rule(
            .txt02, "Ipv4Printer", "a printer of dotted quads", .error, .high, in: c + [.swift, .python],
            what: "prints IPv4 addresses only, into static memory",
            why: "It takes 4 bytes; for an IPv6 address there is nothing to give it.",
            instead: "inet_ntop or getnameinfo with NI_NUMERICHOST",
            sockets: "the description of an IPAddress",
            bad: [
                (.c, "void f(struct in_addr a) { puts(«inet_ntoa»(a)); }"),
                (.c, "void f(struct in_addr a) { puts(«inet_ntoa»(a)); inet_ntop(AF_INET, &a, b, n); }"),
                (.python, "t = socket.«inet_ntoa»(b)\n"),
            ],
            good: [
                (.c, "char *inet_ntoa(struct in_addr);"),
                (.c, "void f(void) { inet_ntop(AF_INET6, a, b, n); inet_ntop(AF_INET, a, b, n); }"),
            ]
        ),
        Rule(
            .txt03, "Ipv4TextOnly", "text of one family", .warning, .medium, in: c + [.swift, .python, .rust],
            what: "rejects or cannot write IPv6 text",
            why: "The conversion exists for both families, and only one is asked for.",
            instead: "a try for each family, or getaddrinfo; ip_address() in Python, IpAddr in Rust",
            sockets: "IPAddress(\"…\")",
            bad: [
                (.c, "void f(char *t) { «inet_pton(AF_INET», t, b); }"),
                (.swift, "func f(t: String) { let a = «IPv4Address»(t) }"),
                (.python, "a = ipaddress.«IPv4Address»(t)\n"),
                (.rust, "fn f() { let a: «Ipv4Addr» = t.parse().unwrap(); }"),
            ],
            good: [
                (.c, "void f(char *t) { inet_pton(AF_INET, t, b); inet_pton(AF_INET6, t, b); }"),
                (.python, "a = ipaddress.ip_address(t)\n"),
                (.rust, "use std::net::Ipv4Addr;"),
            ]
        ),
        Rule(
            .txt04, "AddressClasses", "address classes", .warning, .high, in: c,
            what: "thinks in classes of IPv4 networks",
            why:
                "Classes are gone since 1993, and IPv6 never had them; multicast and loopback have tests of their own.",
            instead: "a prefix length, IN6_IS_ADDR_MULTICAST and its relatives",
            sockets: "IPNetwork and the properties of IPAddress",
            bad: [
                (.c, "int f(unsigned a) { return «IN_MULTICAST»(a); }"),
                (.c, "void f(void) { a = «inet_makeaddr»(n, h); }"),
            ],
            good: [
                (.c, "int f(struct in6_addr *a) { return IN6_IS_ADDR_MULTICAST(a); }"),
                (.c, "struct in_addr inet_makeaddr(int net, int host);"),
            ]
        ),
        Rule(
            .txt05, "HandMadeQuad", "a dotted quad printed by hand", .error, .medium, in: c + [.swift, .python, .go],
            what: "prints four numbers, an IPv6 address has eight groups",
            why: "Text that is made with a format can only ever be an IPv4 address.",
            instead: "inet_ntop",
            sockets: "the description of an IPAddress",
            bad: [
                (.c, "void f(unsigned char *p) { printf(\"«%d.%d.%d.%d»\", p[0], p[1], p[2], p[3]); }"),
                (.c, "void f(void) { sprintf(t, \"from «%hhu.%hhu.%hhu.%hhu»\", a, b, c, d); }"),
                (.go, "func f() { fmt.Sprintf(\"«%d.%d.%d.%d»\", a, b, c, d) }"),
            ],
            good: [
                (.c, "void f(void) { printf(\"%d.%d.%d\", a, b, c); }"),
                (.c, "void f(void) { printf(\"version %d.%d.%d.%d\", a, b, c, d); }"),
                (.c, "void f(void) { printf(\"%d.%d.%d.%d.%d\", a, b, c, d, e); }"),
            ]
        ),
        Rule(
            .txt06, "HandMadeParser", "a dotted quad parsed by hand", .error, .medium,
            in: c + [.swift, .python, .go, .javascript],
            what: "reads four numbers, so that IPv6 text is an error",
            why: "Splitting at dots accepts what is no address and rejects what is one.",
            instead: "inet_pton",
            sockets: "IPAddress(\"…\")",
            bad: [
                (.c, "void f(char *t) { sscanf(t, \"«%d.%d.%d.%d»\", &a, &b, &c, &d); }"),
                (.python, "def f(t):\n    p = t.«split»(\".\")\n    return len(p) == 4\n"),
                (.swift, "func f(t: String) -> Bool { t.«split»(separator: \".\").count == 4 }"),
            ],
            good: [
                (.python, "def f(version):\n    return len(version.split(\".\")) == 4\n"),
                (.python, "def f(t):\n    p = t.split(\".\")\n    return len(p) == 3\n"),
                (.c, "void f(char *t) { sscanf(t, \"%u.%u.%u.%u\", &v1, &v2, &v3, &v4); }"),
                (.go, "func f(part string) { dot := strings.IndexByte(part, '.'); if dot == 4 { g() } }"),
            ]
        ),
        Rule(
            .txt07, "QuadPattern", "a regular expression for dotted quads", .warning, .medium,
            in: c + [.swift, .python, .go, .javascript, .java, .rust],
            what: "matches IPv4 text only",
            why: "Addresses are parsed, not matched: 2001:db8::1, zones and mapped forms do not fit such a pattern.",
            instead: "a parser of addresses",
            sockets: "IPAddress(\"…\")",
            bad: [
                (.python, "p = re.compile(«r\"\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}\"»)\n"),
                (.c, "char *p = «\"([0-9]{1,3}\\\\.){3}[0-9]{1,3}\"»;"),
                (.swift, "let p = «/(?:[0-9]{1,3}\\.){3}[0-9]{1,3}/»"),
                (.javascript, "x = «/^(25[0-5]|2[0-4]\\d)\\./»"),
            ],
            good: [
                (.python, "p = re.compile(r\"\\d{1,3}\\.\\d{1,3}\")\n"),
                (.python, "version = re.compile(r\"(\\d+)\\.(\\d+)\\.(\\d+)\")\n"),
            ]
        ),
        Rule(
            .txt08, "AddressTextComparison", "addresses compared as text", .warning, .medium,
            in: c + [.swift, .python, .go, .javascript, .java],
            what: "is compared as text, and an address has many spellings",
            why: "::1, 0:0:0:0:0:0:0:1 and ::ffff:127.0.0.1 may all mean the same peer; text tells them apart.",
            instead: "a comparison of the parsed bytes",
            sockets: "== on IPAddress",
            bad: [
                (.python, "if host == \"«127.0.0.1»\": pass\n"),
                (.c, "int f(char *h) { return !strcmp(h, \"«127.0.0.1»\"); }"),
            ],
            good: [
                (.c, "int f(char *a, char *b) { return strcmp(a, b); }"),
                (.python, "if host in (\"::1\", \"127.0.0.1\"): pass\n"),
            ]
        ),
    ]
}
