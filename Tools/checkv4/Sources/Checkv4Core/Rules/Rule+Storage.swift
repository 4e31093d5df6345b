extension Rule {
    private static let c: [Language] = [.c, .cpp, .objc]

    static let storage: [Rule] = [
        Rule(
            .sto01, "AddressInInteger", "an address in a 32-bit integer", .error, .medium, in: c + [.swift],
            what: "keeps an address in 32 bits, IPv6 has 128",
            why: "The integer's type travels through the program: everything that takes it has to change.",
            instead: "struct in6_addr, or 16 bytes and a family",
            sockets: "IPAddress",
            bad: [
                (.c, "void f(char *t) { uint32_t «addr» = inet_addr(t); }"),
                (.c, "void f(struct sockaddr_in *a) { unsigned long «ip» = ntohl(a->sin_addr.s_addr); }"),
                (.swift, "func f(t: String) { let «ip» = UInt32(inet_addr(t)) }"),
            ],
            good: [
                (.c, "void f(void) { uint32_t length = ntohl(header); }"),
                (.c, "void f(void) { unsigned long host_count = ntohl(n); }"),
            ]
        ),
        Rule(
            .sto02, "IntegerNamedAddress", "a 32-bit integer by the name of an address", .note, .low, in: c + [.swift],
            what: "looks like an address in 32 bits",
            why: "The name alone says so; nothing that fills it was seen.",
            instead: "struct in6_addr, or 16 bytes and a family",
            sockets: "IPAddress",
            bad: [(.c, "struct s { uint32_t «ip_addr»; };"), (.swift, "struct S { var «ip: UInt32» }")],
            good: [(.c, "struct s { uint32_t mac_addr; uint32_t page_address; };"), (.c, "int address;")]
        ),
        Rule(
            .sto03, "ByteOrderOfAddress", "the byte order of an address as a number", .warning, .medium,
            in: c + [.swift, .python],
            what: "treats an address as one number",
            why: "An IPv6 address is sixteen bytes in network order; there is no number to swap.",
            instead: "the bytes as they are",
            sockets: "the bytes of an IPAddress",
            bad: [
                (.c, "void f(struct sockaddr_in *a) { x = «ntohl(a->sin_addr.s_addr)»; }"),
                (.swift, "func f(ip: UInt32) { x = «ip.bigEndian» }"),
            ],
            good: [
                (.c, "void f(void) { x = htonl(INADDR_ANY); y = ntohl(length); }"),
                (.swift, "func f(port: UInt16) { x = port.bigEndian }"),
            ]
        ),
        Rule(
            .sto04, "ShortTextBuffer", "a text buffer for IPv4 addresses", .error, .medium, fix: .safe,
            in: c + [.swift],
            what: "has room for 15 characters, IPv6 text needs 45 and a zone more",
            why: "inet_ntop fails with ENOSPC, other functions cut or overflow.",
            instead: "INET6_ADDRSTRLEN, or NI_MAXHOST for names and zones",
            sockets: "String(describing: address)",
            bad: [
                (.c, "void f(void) { char t[«INET_ADDRSTRLEN»]; }"),
                (.c, "void f(void) { char «ip[16]»; }"),
            ],
            good: [
                (.c, "void f(void) { char t[INET6_ADDRSTRLEN]; }"),
                (.c, "void f(void) { char key[16], name[16], mac_addr[17]; }"),
            ]
        ),
        Rule(
            .sto05, "ShortColumn", "a database column or function for IPv4", .warning, .medium, in: Language.allCases,
            what: "has room for IPv4 addresses only",
            why: "IPv6 text needs 45 characters, and MySQL's INET_ATON knows IPv4 only.",
            instead: "VARBINARY(16) with INET6_ATON, or the type inet",
            sockets: "",
            bad: [
                (.sql, "CREATE TABLE t (\n  «ip VARCHAR(15)» NOT NULL\n);"),
                (.sql, "CREATE TABLE t (\n  «addr INT UNSIGNED» NOT NULL\n);"),
                (.python, "q = \"SELECT «INET_ATON»(a) FROM t\"\n"),
                (.python, "q = \"CREATE TABLE t («ip_address VARCHAR(15)»)\"\n"),
            ],
            good: [
                (.sql, "CREATE TABLE t (phone VARCHAR(15), ip VARCHAR(45));"),
                (.python, "q = \"SELECT INET6_ATON(a) FROM t\"\n"),
            ]
        ),
        Rule(
            .sto06, "PackedAddress", "an address packed into four bytes", .warning, .medium, in: [.python, .go],
            what: "packs an address into four bytes",
            why: "A format of four bytes cannot carry IPv6.",
            instead: "the packed bytes with their length, or a family beside them",
            sockets: "the bytes of an IPAddress",
            bad: [
                (.python, "n = struct.«unpack»(\"!I\", socket.inet_aton(t))\n"),
                (.go, "func f() { n := binary.BigEndian.«Uint32(ip.To4»()); _ = n }"),
                (.go, "func f() { n := binary.BigEndian.«Uint32(ip)»; _ = n }"),
            ],
            good: [(.python, "n = struct.unpack(\"!I\", data)\n"), (.go, "func f() { b := ip.To16(); _ = b }")]
        ),
        Rule(
            .sto07, "NetworkMask", "a mask of 32 bits", .warning, .medium,
            in: c + [.swift, .python, .go, .javascript, .java],
            what: "is a mask or a prefix for 32 bits",
            why: "Networks of IPv6 are compared over 128 bits; a shift by 32 - n is undefined or wrong there.",
            instead: "a comparison of the first n bits of sixteen bytes",
            sockets: "IPNetwork.contains(_:)",
            bad: [
                (.c, "int f(unsigned ip) { return (ip & «0xFFFFFF00») == 5; }"),
                (.go, "func f() { m := «net.CIDRMask(24, 32)»; _ = m }"),
                (.python, "mask = (0xffffffff «<< (32 - prefix)») & 0xffffffff\n"),
            ],
            good: [
                (.c, "int f(unsigned color) { return color & 0xFF000000; }"),
                (.c, "unsigned rotl(unsigned x, int n) { return x << n | x >> (32 - n); }"),
            ]
        ),
        Rule(
            .sto08, "AddressInFormat", "a format or a key with 32 bits for an address", .warning, .medium, in: c,
            what: "gives an address 32 bits, in a packed structure or as the key of a table",
            why:
                "The layout is fixed: IPv6 needs a new version of the format, and a table keyed by 4 bytes finds no IPv6 peer.",
            instead: "a family, a length and 16 bytes",
            sockets: "an encoding of your own with a version in it; IPAddress is Hashable",
            bad: [
                (.c, "struct __attribute__((packed)) m { uint32_t «ip»; };"),
                (.c, "void f(struct sockaddr_in *a) { e = table[«hash_bytes»(&a->sin_addr, 4)]; }"),
                (.c, "void f(struct sockaddr_in *a) { e = table[a->sin_addr.«s_addr %» 64]; }"),
            ],
            good: [
                (.c, "struct __attribute__((packed)) m { uint32_t count; };"),
                (.c, "void f(struct sockaddr_in *a) { e = table[hash_bytes(&a->sin_port, 2)]; }"),
                (.c, "void f(struct sockaddr_in *a) { if (x == AF_INET6) h(b); e = t[hash_bytes(&a->sin_addr, 4)]; }"),
            ]
        ),
        Rule(
            .sto09, "LostScope", "an IPv6 address without its scope", .warning, .low, in: Language.allCases,
            what: "is a link-local address without its zone",
            why: "fe80:: addresses exist on every link; without the interface nothing can be sent to them.",
            instead: "fe80::1%eth0, or sin6_scope_id beside the address",
            sockets: "IPv6Address with its zone",
            bad: [(.c, "char *a = \"«fe80::1:2»\";")],
            good: [(.c, "char *a = \"fe80::1%eth0\", *b = \"fe80::/10\";"), (.python, "x = a.startswith(\"fe80:\")\n")]
        ),
    ]

    static let literals: [Rule] = [
        Rule(
            .lit01, "ListensOnIpv4", "a listener on IPv4 alone", .error, .medium, fix: .review, in: Language.allCases,
            what: "listens on IPv4 only",
            why: "Clients that come over IPv6 are refused.",
            instead: "getaddrinfo(NULL, port, …) with AI_PASSIVE, or in6addr_any with IPV6_V6ONLY off",
            sockets: "Socket.listening(on: .any(port: port))",
            bad: [
                (.c, "void f(void) { a = htonl(«INADDR_ANY»); }"),
                (.go, "func f() { net.Listen(\"tcp\", \"«0.0.0.0»:80\") }"),
                (.python, "s.bind((«\"\"», 80))\n"),
                (.config, "listen: «0.0.0.0»:80\n"),
                (.swift, "func f() { server.bind(host: \"«0.0.0.0»\", port: 1) }"),
            ],
            good: [
                (.c, "void f(void) { a = in6addr_any; b = INADDR_ANY; }"),
                (.python, "route = \"0.0.0.0/0\"\n"),
            ]
        ),
        Rule(
            .lit02, "Ipv4Loopback", "the IPv4 loopback address", .warning, .medium, in: Language.allCases,
            what: "reaches services on the IPv4 loopback only",
            why: "A service that listens on ::1 is not found, and hosts without IPv4 exist.",
            instead: "getaddrinfo with no node name, or both 127.0.0.1 and ::1",
            sockets: "SocketAddress.loopback(port:)",
            bad: [
                (.c, "void f(void) { a = «INADDR_LOOPBACK»; }"),
                (.go, "func f() { a := «net.IPv4(127, 0, 0, 1)»; _ = a }"),
                (.python, "connect((\"«127.0.0.1»\", 80))\n"),
                (.config, "server: «127.0.0.1»:6379\n"),
            ],
            good: [
                (.python, "hosts = [\"127.0.0.1\", \"::1\"]\n"),
                (.python, "oid = \"1.127.0.0.1\"\n"),
                (.python, "x = \"v127.0.0.1\"\n"),
            ]
        ),
        Rule(
            .lit03, "Broadcast", "broadcast", .warning, .medium, in: Language.allCases,
            what: "belongs to broadcast, which IPv6 does not have",
            why:
                "IPv6 replaces broadcast by multicast to all nodes of a link. INADDR_NONE equals the broadcast address besides.",
            instead: "multicast to ff02::1 with a scope",
            sockets: "multicast options of Socket",
            bad: [
                (.c, "void f(void) { setsockopt(s, SOL_SOCKET, «SO_BROADCAST», &o, n); }"),
                (.python, "s.sendto(d, (\"«255.255.255.255»\", 9))\n"),
                (.python, "s.sendto(d, («\"<broadcast>\"», 9))\n"),
            ],
            good: [(.python, "mask = \"255.255.255.0\"\n")]
        ),
        Rule(
            .lit04, "Ipv4Multicast", "an IPv4 multicast group", .warning, .medium, in: Language.allCases,
            what: "is a multicast group of IPv4",
            why: "Peers that speak IPv6 only never see what is sent to it.",
            instead: "an ff0x:: group beside it",
            sockets: "multicast options of Socket with an IPv6 group",
            bad: [(.python, "group = \"«224.0.0.251»\"\n")],
            good: [(.python, "groups = [\"224.0.0.251\", \"ff02::fb\"]\n"), (.python, "x = \"224.0.0.251.7\"\n")]
        ),
        Rule(
            .lit05, "PrivateIpv4", "a private IPv4 address", .warning, .medium, in: Language.allCases,
            what: "is a private address of IPv4 only",
            why:
                "Logic on private ranges misses fc00::/7 and fe80::/10, and configuration with it ties the program to one network.",
            instead: "a classification by function, or a host name",
            sockets: "the properties of IPAddress",
            bad: [(.python, "net = \"«192.168.0.0»/16\"\n"), (.config, "gateway = «10.0.0.1»\n")],
            good: [(.python, "nets = [\"10.0.0.0/8\", \"fc00::/7\"]\n"), (.python, "x = \"10.0.0\"\n")]
        ),
        Rule(
            .lit06, "HardcodedIpv4", "another IPv4 address in the source", .note, .medium, in: Language.allCases,
            what: "ties the program to an IPv4 host",
            why: "Addresses change and have a family; names have neither fault.",
            instead: "a host name or configuration",
            sockets: "a host name in Socket.connected(to:port:)",
            bad: [(.python, "host = \"«93.184.216.34»\"\n")],
            good: [
                (.python, "version = \"10.4.2.1\"\n"), (.python, "x = \"1.2.3.4.5\"\n"),
                (.python, "x = \"300.1.1.1\"\n"),
                (.python, "x = \"93.184.216.034\"\n"), (.python, "x = \"libfoo-93.184.216.34\"\n"),
            ]
        ),
        Rule(
            .lit07, "LocalhostIsNotIpv4", "localhost taken for 127.0.0.1", .note, .low, in: Array(Language.code),
            what: "is special-cased, and may be ::1",
            why: "localhost resolves to ::1 first on many systems.",
            instead: "a test of the resolved address for loopback of either family",
            sockets: "the loopback property of IPAddress",
            bad: [(.python, "if host == «\"localhost\"»: pass\n")],
            good: [(.python, "connect(\"localhost\", 80)\n")]
        ),
        Rule(
            .lit08, "Ipv4Resolver", "a DNS server or reverse zone of IPv4", .note, .medium, in: Language.allCases,
            what: "exists for IPv4 only",
            why:
                "Hosts without IPv4 need resolvers with IPv6 addresses; the reverse zone of IPv6 is ip6.arpa with nibbles.",
            instead: "the system's resolver, getnameinfo for reverse names",
            sockets: "Resolver",
            bad: [
                (.python, "dns = \"«8.8.8.8»\"\n"),
                (.c, "void f(void) { sprintf(t, \"%d.%d.%d.%d.«in-addr.arpa»\", d, c, b, a); }"),
            ],
            good: [(.python, "dns = [\"8.8.8.8\", \"2001:4860:4860::8888\"]\n")]
        ),
    ]
}
