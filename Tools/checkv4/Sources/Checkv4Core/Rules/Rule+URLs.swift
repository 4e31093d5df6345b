extension Rule {
    private static let c: [Language] = [.c, .cpp, .objc]
    private static let code: [Language] = [.c, .cpp, .objc, .swift, .python, .go, .javascript, .java]

    static let urls: [Rule] = [
        Rule(
            .url01, "HostColonPort", "host and port joined by a colon", .warning, .medium, fix: .review, in: code,
            what: "is joined to a port without brackets",
            why: "::1:80 is an address, not a host with a port; it has to read [::1]:80.",
            instead: "brackets where the host holds a colon (net.JoinHostPort in Go)",
            sockets: "the description of a SocketAddress",
            bad: [
                (.swift, "func f() { let a = \"«\\(host):»\\(port)\" }"),
                (.python, "a = f\"«{host}:»{port}\"\n"),
                (.python, "a = \"«%s:%d»\" % (host, port)\n"),
                (.javascript, "a = `«${host}:»${port}`"),
                (.go, "func f() { fmt.Sprintf(\"«%s:%d»\", host, port) }"),
                (.go, "func f() { fmt.Sprintf(\"«%s:%d»\", ip, 80) }"),
                (.c, "void f(void) { snprintf(b, n, \"«%s:%d»\", host, port); }"),
                (.python, "a = «host + \":\" + str(port)»\n"),
            ],
            good: [
                (.swift, "func f() { let a = \"[\\(host)]:\\(port)\" }"),
                (.python, "a = f\"{key}:{value}\"\n"),
                (.c, "void f(void) { snprintf(b, n, \"[%s]:%d\", host, port); }"),
                (.c, "void f(void) { snprintf(b, n, \"%s:%d\", file, line); }"),
            ]
        ),
        Rule(
            .url02, "CutAtColon", "host and port cut at a colon", .error, .medium, in: code,
            what: "is cut at a colon, and IPv6 addresses are made of colons",
            why: "The first colon of 2001:db8::1 is no end of a host name.",
            instead: "a parser that knows [host]:port",
            sockets: "SocketAddress(\"[::1]:80\")",
            bad: [
                (.python, "h, p = address.«split(\":\")»\n"),
                (.python, "host, port = s.«split(\":\")»\n"),
                (.javascript, "const [host, port] = s.«split(\":\")»;"),
                (.c, "void f(char *host) { char *p = «strchr(host, ':')»; }"),
                (.swift, "func f(address: String) { let p = address.«split(separator: \":\")» }"),
                (.go, "func f() { p := strings.«Split(addr, \":\")»; _ = p }"),
            ],
            good: [
                (.python, "k, v = line.split(\":\")\n"),
                (.go, "func f() { parts := strings.SplitN(bind, \":\", 2); _ = parts }"),
                (
                    .python,
                    "def f(address):\n    if address.startswith(\"[\"): return 1\n    h, p = address.split(\":\")\n"
                ),
                (.python, "x = mac_address.split(\":\")\n"),
            ]
        ),
        Rule(
            .url03, "UrlByConcatenation", "a URL put together without brackets", .warning, .medium, in: code,
            what: "goes into a URL without brackets",
            why: "http://::1/ is no URL: the host needs brackets, and a zone needs %25.",
            instead: "brackets where the host holds a colon",
            sockets: "the description of a SocketAddress, which has brackets",
            bad: [
                (.swift, "func f() { let u = \"http://«\\(host)»:\\(port)/x\" }"),
                (.swift, "func f() { let u = \"http://«\\(ip)»/x\" }"),
                (.python, "u = f\"http://«{h}»:{p}/\"\n"),
                (.python, "u = «\"http://\" + ip»\n"),
                (.python, "u = \"http://«%s:%d»/\" % (host, port)\n"),
            ],
            good: [
                (.swift, "func f() { let u = \"http://[\\(host)]/x\" }"),
                (.python, "u = \"http://\" + path\n"),
                (.python, "u = \"http://\" + host + \"/x\"\n"),
            ]
        ),
        Rule(
            .url04, "BracketsKept", "a URL's host used with its brackets", .warning, .medium,
            in: [.go, .python, .javascript],
            what: "may hold brackets and a port, which no resolver understands",
            why: "[::1] is a part of a URL and not a host name.",
            instead: "url.Hostname() in Go, urlsplit(…).hostname in Python",
            sockets: "the host without brackets in Socket.connected(to:port:)",
            bad: [
                (.go, "func f() { net.LookupHost(u.«Host») }"),
                (.python, "socket.create_connection((u.«netloc», 80))\n"),
            ],
            good: [(.go, "func f() { net.LookupHost(u.Hostname()) }")]
        ),
        Rule(
            .url05, "HostPortPattern", "a pattern for host:port that knows no brackets", .warning, .low, in: code,
            what: "matches no [address]:port",
            why: "A host that may hold no colon cannot be an IPv6 address.",
            instead: "a pattern with a branch for [host]:port, or a parser",
            sockets: "SocketAddress(\"[::1]:80\")",
            bad: [(.python, "host_pattern = re.compile(«r\"([^:]+):(\\d+)\"»)\n")],
            good: [
                (.python, "line = re.compile(r\"([^:]+):(\\d+)\")\n"),
                (.python, "host_pattern = re.compile(r\"\\[([^\\]]+)\\]:(\\d+)|([^:]+):(\\d+)\")\n"),
            ]
        ),
    ]

    static let options: [Rule] = [
        option(
            .opt01, "Ipv4OptionLevel", "the option level of IPv4", .warning, .medium, "IPPROTO_IP",
            what: "is a level that IPv6 sockets ignore or refuse", instead: "IPPROTO_IPV6 by family",
            sockets: "the typed socket options", call: "setsockopt(s, «IPPROTO_IP», 200, &v, n);"
        ),
        option(
            .opt02, "Ipv4Ttl", "the hop limit of IPv4", .warning, .medium, "IP_TTL",
            what: "does nothing on IPv6 sockets", instead: "IPV6_UNICAST_HOPS",
            sockets: "the typed option for unicast hops", call: "setsockopt(s, IPPROTO_IP, «IP_TTL», &v, n);"
        ),
        option(
            .opt03, "Ipv4MulticastOption", "a multicast option of IPv4", .warning, .medium, "IP_MULTICAST_TTL",
            what: "does nothing on IPv6 sockets",
            instead: "IPV6_MULTICAST_HOPS, IPV6_MULTICAST_LOOP (int) or IPV6_MULTICAST_IF (an interface index)",
            sockets: "the typed multicast options", call: "setsockopt(s, IPPROTO_IP, «IP_MULTICAST_TTL», &v, n);"
        ),
        option(
            .opt04, "Ipv4Membership", "a multicast membership of IPv4", .warning, .medium, "IP_ADD_MEMBERSHIP",
            what: "joins or leaves IPv4 groups only",
            instead: "IPV6_JOIN_GROUP with ipv6_mreq, or MCAST_JOIN_GROUP with group_req for both families",
            sockets: "the typed multicast options",
            call: "setsockopt(s, IPPROTO_IP, «IP_ADD_MEMBERSHIP», &v, n);"
        ),
        option(
            .opt05, "Ipv4TypeOfService", "the type of service of IPv4", .warning, .medium, "IP_TOS",
            what: "marks IPv4 packets only", instead: "IPV6_TCLASS (IPV6_RECVTCLASS for what comes in)",
            sockets: "the typed option for the traffic class", call: "setsockopt(s, IPPROTO_IP, «IP_TOS», &v, n);"
        ),
        option(
            .opt06, "Ipv4PacketInformation", "packet information of IPv4", .warning, .medium, "IP_PKTINFO",
            what: "arrives with IPv4 packets only",
            instead: "IPV6_RECVPKTINFO with in6_pktinfo, IPV6_RECVHOPLIMIT, IPV6_RECVERR",
            sockets: "the typed control messages", call: "setsockopt(s, IPPROTO_IP, «IP_PKTINFO», &v, n);"
        ),
        option(
            .opt07, "Ipv4PathMtu", "path MTU of IPv4", .note, .medium, "IP_MTU_DISCOVER",
            what: "governs IPv4 packets only", instead: "IPV6_MTU, IPV6_MTU_DISCOVER, IPV6_DONTFRAG",
            sockets: "the typed options", call: "setsockopt(s, IPPROTO_IP, «IP_MTU_DISCOVER», &v, n);"
        ),
        option(
            .opt08, "Ipv4RawPacket", "raw packets of IPv4", .note, .medium, "IPPROTO_ICMP",
            what: "is about the packets of IPv4",
            instead: "IPPROTO_ICMPV6; raw IPv6 sockets give no header, MLD replaces IGMP",
            sockets: "raw sockets by family", call: "s = socket(PF_X, SOCK_RAW, «IPPROTO_ICMP»);"
        ),
        option(
            .opt09, "Ipv4Options", "options in the IPv4 header", .note, .medium, "IP_OPTIONS",
            what: "has no twin in IPv6", instead: "extension headers (IPV6_HOPOPTS, IPV6_DSTOPTS)",
            sockets: "", call: "setsockopt(s, IPPROTO_IP, «IP_OPTIONS», &v, n);"
        ),
        Rule(
            .opt10, "UnsaidV6Only", "an IPv6 listener that leaves IPV6_V6ONLY to the system", .warning, .medium,
            fix: .review, in: c + [.python],
            what: "serves IPv4 or not, as the system's default has it",
            why: "Linux takes IPv4 too unless told otherwise, Windows and some BSDs do not.",
            instead: "setsockopt(s, IPPROTO_IPV6, IPV6_V6ONLY, …) before bind",
            sockets: "Socket.listening(on:dualStack:)",
            bad: [
                (.c, "void f(void) { int s = socket(AF_INET6, SOCK_STREAM, 0); «bind»(s, a, n); listen(s, 5); }")
            ],
            good: [
                (
                    .c,
                    "void f(void) { int s = socket(AF_INET6, 1, 0); setsockopt(s, IPPROTO_IPV6, IPV6_V6ONLY, &o, n); bind(s, a, n); listen(s, 5); }"
                ),
                (.c, "void f(void) { int s = socket(AF_INET6, 1, 0); connect(s, a, n); }"),
            ]
        ),
        Rule(
            .opt11, "MappedPeers", "peers of a dual-stack listener without a look at mapped addresses", .note, .low,
            in: c + [.python],
            what: "may return ::ffff:a.b.c.d, which IPv4 rules and logs do not match",
            why: "On a dual-stack listener IPv4 peers come as mapped addresses: access lists for IPv4 do not see them.",
            instead: "IN6_IS_ADDR_V4MAPPED and the last four bytes",
            sockets: "the unmapped IPAddress",
            bad: [
                (
                    .c,
                    "void f(void) { struct sockaddr_storage a; int c = «accept»(s, &a, &n); getnameinfo(&a, n, b, 9, 0, 0, 0); }"
                )
            ],
            good: [
                (
                    .c,
                    "void f(void) { struct sockaddr_storage a; int c = accept(s, &a, &n); if (IN6_IS_ADDR_V4MAPPED(x)) g(); getnameinfo(&a, n, b, 9, 0, 0, 0); }"
                )
            ]
        ),
    ]

    private static func option(
        _ id: RuleID, _ name: String, _ title: String, _ severity: Severity, _ confidence: Confidence, _ word: String,
        what: String, instead: String, sockets: String, call: String
    ) -> Rule {
        Rule(
            id, name, title, severity, confidence, in: c + [.swift, .python, .go], what: what,
            why:
                "Options have a level and belong to one family: on an IPv6 socket they fail with ENOPROTOOPT or change nothing that is seen.",
            instead: instead, sockets: sockets,
            bad: [(.c, "void f(int s) { \(call) }"), (.python, "s.setsockopt(1, socket.«\(word)», 1)\n")],
            good: [(.c, "void f(int s) { \(call.filter { $0 != "«" && $0 != "»" }) g(s, IPPROTO_IPV6, AF_INET6); }")]
        )
    }

    static let interfaces: [Rule] = [
        Rule(
            .ifc01, "Ipv4InterfaceCall", "interface addresses through IPv4 calls", .error, .high,
            in: c + [.swift, .python],
            what: "knows IPv4 addresses of interfaces only",
            why: "The ioctl calls carry a 16-byte structure: IPv6 addresses never appear.",
            instead: "getifaddrs or if_nameindex",
            sockets: "NetworkInterface",
            bad: [(.c, "void f(int s) { ioctl(s, «SIOCGIFADDR», &r); }")],
            good: [(.c, "void f(int s) { getifaddrs(&l); ioctl(s, SIOCGIFADDR, &r); }")]
        ),
        Rule(
            .ifc02, "Ipv4InterfacesOnly", "a list of interfaces that keeps IPv4", .warning, .high,
            in: c + [.swift, .shell],
            what: "keeps only the IPv4 addresses of the list",
            why: "getifaddrs gives every family; what is thrown away here is all that an IPv6 host has.",
            instead: "a case for AF_INET6 (inet6) beside it",
            sockets: "NetworkInterface with all its addresses",
            bad: [
                (.c, "void f(void) { getifaddrs(&l); if (l->ifa_addr->sa_family == «AF_INET») g(); }"),
                (.shell, "ifconfig eth0 | grep «'inet '»\n"),
            ],
            good: [
                (.c, "void f(void) { getifaddrs(&l); switch (x) { case AF_INET: case AF_INET6: g(); } }"),
                (.shell, "ip addr | grep 'inet6* '\n"),
            ]
        ),
        Rule(
            .ifc03, "Ipv4Tool", "a file or command that knows IPv4", .note, .medium,
            in: [.c, .cpp, .objc, .swift, .python, .go, .shell],
            what: "is for IPv4",
            why:
                "IPv6 has neighbour discovery instead of ARP, tcp6 and udp6 beside tcp and udp, ip6tables beside iptables.",
            instead: "netlink, /proc/net/tcp6, nft, ping -6",
            sockets: "",
            bad: [
                (.c, "void f(void) { fopen(«\"/proc/net/arp\"», \"r\"); }"),
                (.python, "subprocess.run([«\"iptables\"», \"-L\"])\n"),
                (.shell, "«iptables» -L\n"),
            ],
            good: [(.python, "word = \"ping\"\n"), (.shell, "ping -6 host\n")]
        ),
        Rule(
            .pro01, "Ipv4Protocol", "a protocol field that holds IPv4", .note, .medium, in: code,
            what: "belongs to a protocol element that holds IPv4 addresses",
            why:
                "FTP's PORT and PASV, SDP's IN IP4 and SOCKS4 carry four bytes; X-Forwarded-For holds colons of IPv6 addresses.",
            instead: "EPRT and EPSV, IN IP6, SOCKS5",
            sockets: "",
            bad: [
                (.c, "void f(void) { send_command(«\"PASV\"»); }"),
                (.c, "void f(void) { p(\"c=«IN IP4» %s\", a); }"),
                (.python, "a = headers[\"X-Forwarded-For\"].«split»(\":\")[0]\n"),
            ],
            good: [(.c, "void f(void) { send_command(\"EPSV\"); send_command(\"PASV\"); }")]
        ),
    ]

    static let repairs: [Rule] = [
        Rule(
            .fix01, "FamilyReplaced", "AF_INET6 in place of AF_INET", .note, .low, in: c + [.swift, .python, .go],
            what: "replaces one family by the other",
            why: "Now peers that have IPv4 alone are out of reach.",
            instead: "AF_UNSPEC and a loop over the results",
            sockets: "Socket.connected(to: host, port: port)",
            bad: [(.c, "void f(void) { int s = socket(«AF_INET6», 1, 0); connect(s, a, n); }")],
            good: [(.c, "void f(int v) { int s = socket(v ? AF_INET6 : AF_INET, 1, 0); connect(s, a, n); }")]
        ),
        Rule(
            .fix02, "MappedByHand", "a mapped address made by hand", .warning, .low, in: code,
            what: "turns an IPv4 address into a mapped one",
            why: "Mapped addresses fail on sockets with IPV6_V6ONLY and on systems without them.",
            instead: "a socket of the address's own family",
            sockets: "IPAddress and a socket of its family",
            bad: [(.python, "a = \"«::ffff:»\" + ip\n"), (.c, "void f(void) { sprintf(b, \"«::ffff:»%s\", t); }")],
            good: [(.python, "if a.startswith(\"::ffff:\"): a = a[7:]\n")]
        ),
        Rule(
            .fix03, "FatalWithoutIpv6", "the lack of IPv6 as a fatal error", .note, .low, in: c + [.swift, .python],
            what: "ends the program where IPv6 is missing",
            why: "Hosts without IPv6 exist: there the IPv4 socket has to do.",
            instead: "a fall back to AF_INET",
            sockets: "Socket.listening(on: .any(port: port))",
            bad: [(.c, "void f(void) { int s = socket(«AF_INET6», 1, 0); if (s < 0) exit(1); }")],
            good: [(.c, "void f(void) { int s = socket(AF_INET6, 1, 0); if (s < 0) s = socket(AF_INET, 1, 0); }")]
        ),
    ]

    static let suppressions: [Rule] = [
        comment(
            .sup01, "UnusedIgnore", "an ignore comment that ignores nothing", .note,
            what: "suppresses nothing", instead: "no comment where nothing is found", bad: "int a; // «ipv6-ok: old»"
        ),
        comment(
            .sup02, "UnknownRule", "an ignore comment for a rule or with a directive that does not exist", .note,
            what: "is no rule, or no directive",
            instead:
                "an identifier of 'checkv4 rules' behind ignore, ignore-next-line, ignore-begin, ignore-end or ignore-file",
            bad: "int a; // v4check:ignore «V4-XXX99» -- x"
        ),
        comment(
            .sup03, "IgnoreWithoutReason", "an ignore comment without a reason", .warning,
            what: "gives no reason", instead: "\"-- reason\" at its end", bad: ""
        ),
        comment(
            .sup04, "OpenIgnoreRegion", "an ignore region without an end", .error,
            what: "is never closed", instead: "v4check:ignore-end after the region",
            bad: "// «v4check:ignore-begin»\nint a;"
        ),
    ]

    private static func comment(
        _ id: RuleID, _ name: String, _ title: String, _ severity: Severity, what: String, instead: String, bad: String
    ) -> Rule {
        Rule(
            id, name, title, severity, .high, in: Language.allCases, what: what,
            why:
                "Ignore comments are promises about the code beside them; a stale or mistaken one hides what comes later.",
            instead: instead, sockets: "", bad: bad.isEmpty ? [] : [(.c, bad)], good: [(.c, "int a;")]
        )
    }
}
