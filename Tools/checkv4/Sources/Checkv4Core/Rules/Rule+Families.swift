extension Rule {
    private static let c: [Language] = [.c, .cpp, .objc]

    static let families: [Rule] = [
        Rule(
            .fam01, "Ipv4OnlySocket", "a socket of the IPv4 family alone", .error, .medium,
            in: c + [.swift, .python, .go],
            what: "opens a socket that cannot reach IPv6 peers",
            why:
                "A socket's family is fixed when it is opened. A program that always opens AF_INET neither reaches nor serves hosts that have IPv6 addresses only.",
            instead: "socket(ai->ai_family, …) in a loop over the results of getaddrinfo with AF_UNSPEC",
            sockets: "Socket.connected(to: host, port: port) or Socket.listening(on: .any(port: port))",
            bad: [
                (.c, "int main(void) { int s = socket(«AF_INET», SOCK_STREAM, 0); }"),
                (.swift, "func f() { let s = socket(«AF_INET», Int32(SOCK_STREAM.rawValue), 0) }"),
                (.python, "def f():\n    s = socket.socket(socket.«AF_INET», socket.SOCK_STREAM)\n"),
                (.go, "func f() { syscall.Socket(syscall.«AF_INET», 1, 0) }"),
            ],
            good: [
                (.c, "int f(struct addrinfo *ai) { return socket(ai->ai_family, ai->ai_socktype, 0); }"),
                (.c, "void f(void) { int a = socket(AF_INET, 1, 0), b = socket(AF_INET6, 1, 0); }"),
                (.c, "/* socket(AF_INET, 1, 0) */ char *s = \"socket(AF_INET, 1, 0)\";"),
            ]
        ),
        Rule(
            .fam02, "Ipv4OnlyResolution", "resolution that hides IPv6 addresses", .error, .high, fix: .safe,
            in: c + [.swift, .python],
            what: "hides the IPv6 addresses of every name",
            why:
                "A resolver that is asked for AF_INET never asks for AAAA records, so hosts without A records do not exist for the program.",
            instead: "AF_UNSPEC",
            sockets: "Socket.connected(to:port:), or Resolver with every family",
            bad: [
                (.c, "void f(void) { struct addrinfo hints = {0}; hints.ai_family = «AF_INET»; }"),
                (.c, "struct addrinfo h = { .ai_family = «PF_INET» };"),
                (.python, "x = socket.getaddrinfo(host, port, socket.«AF_INET»)\n"),
                (.swift, "func f() { var hints = addrinfo(ai_flags: 0, ai_family: «AF_INET», ai_socktype: 0) }"),
            ],
            good: [
                (.c, "void f(void) { struct addrinfo hints = {0}; hints.ai_family = AF_UNSPEC; }"),
                (.python, "x = socket.getaddrinfo(host, port, socket.AF_UNSPEC)\n"),
                (.c, "void f(void) { hints.ai_family = AF_INET; }\nvoid g(void) { hints.ai_family = AF_INET6; }"),
            ]
        ),
        Rule(
            .fam03, "Ipv4OnlyFamily", "a decision for the IPv4 family without its partner", .warning, .medium,
            in: c + [.swift, .python, .go],
            what: "is used without its IPv6 partner",
            why: "Code that compares, stores or passes AF_INET and never AF_INET6 treats IPv6 addresses as unknown.",
            instead: "a switch over ss_family with a case for AF_INET6",
            sockets: "a switch over IPAddress, which the compiler checks for both families",
            bad: [
                (.c, "int f(struct sockaddr *a) { return a->sa_family == «AF_INET»; }"),
                (.swift, "func f(a: Int32) -> Bool { a == «AF_INET» }"),
            ],
            good: [
                (.c, "int f(int a) { switch (a) { case AF_INET: return 4; case AF_INET6: return 16; } return 0; }"),
                (.c, "#ifdef AF_INET\nint x;\n#endif\n"),
                (.python, "from socket import AF_INET\n"),
            ]
        ),
        Rule(
            .fam04, "Ipv4ByDefault", "Python defaults that mean IPv4", .warning, .medium, fix: .review, in: [.python],
            what: "means AF_INET when no family is named",
            why:
                "socket.socket(), socket.create_server() and the classes of socketserver and http.server take AF_INET unless they are told otherwise.",
            instead:
                "create_connection() for clients, create_server(address, family=AF_INET6, dualstack_ipv6=True) for servers, address_family in server classes",
            sockets: "Socket.listening(on: .any(port: port))",
            bad: [
                (.python, "s = «socket.socket»()\n"),
                (.python, "s = «socket.socket»(type=socket.SOCK_DGRAM)\n"),
                (.python, "s = socket.«create_server»((\"\", 80))\n"),
                (.python, "s = «HTTPServer»((\"\", 80), Handler)\n"),
            ],
            good: [
                (.python, "s = socket.socket(family, socket.SOCK_STREAM)\n"),
                (.python, "s = socket.create_server((\"\", 80), family=socket.AF_INET6, dualstack_ipv6=True)\n"),
                (.python, "s = socket.socket(fileno=3)\n"),
                (.python, "s = internet.TCPServer(port, factory, interface=\"::\")\n"),
                (.python, "class S(HTTPServer):\n    address_family = socket.AF_INET6\nS((\"\", 1), H)\n"),
            ]
        ),
        Rule(
            .fam05, "Ipv4Network", "a network name or switch that forces IPv4", .warning, .high, fix: .safe,
            in: [.go, .javascript, .java],
            what: "forces IPv4",
            why: "The name without the 4 takes both families and chooses the one that works.",
            instead: "\"tcp\", \"udp\" (Go), family: 0 (Node), InetAddress and no preferIPv4Stack (Java)",
            sockets: "Socket.connected(to: host, port: port)",
            bad: [
                (.go, "func f() { net.Dial(«\"tcp4\"», a) }"),
                (.javascript, "net.connect({ host: h, «family: 4» })"),
                (.java, "class A { «Inet4Address» a; }"),
                (.java, "class A { String o = \"-Djava.net.«preferIPv4Stack»=true\"; }"),
            ],
            good: [
                (.go, "func f() { net.Dial(\"tcp\", a); x := \"tcp4\"; _ = x }"),
                (.javascript, "net.connect({ host: h, family: 0 })"),
            ]
        ),
    ]

    static let structures: [Rule] = [
        Rule(
            .str01, "Ipv4SocketAddress", "an address structure for IPv4 alone", .error, .medium, fix: .review,
            in: c + [.swift, .go],
            what: "has no room for the 128 bits of an IPv6 address",
            why:
                "sockaddr_in is 16 bytes and names its family in its type. What is kept in it can never be an IPv6 address.",
            instead: "struct sockaddr_storage with its socklen_t",
            sockets: "SocketAddress",
            bad: [
                (.c, "void f(void) { struct «sockaddr_in» a; a.sin_family = 0; }"),
                (.cpp, "void f(void *p) { auto a = (struct «sockaddr_in» *)p; }"),
                (.swift, "func f() { var a = «sockaddr_in»() }"),
                (.go, "func f() { a := &syscall.«SockaddrInet4»{Port: 1}; _ = a }"),
            ],
            good: [
                (.c, "struct sockaddr_in;"),
                (.c, "union u { struct sockaddr_in v4; struct sockaddr_in6 v6; };"),
                (.c, "#include <netinet/in.h>\nstruct sockaddr_storage s;"),
            ]
        ),
        Rule(
            .str02, "Ipv4AddressLength", "the size of the IPv4 structure as a length", .error, .medium,
            in: c + [.swift],
            what: "is not the length of an IPv6 address",
            why: "A call that is given 16 bytes for a 28-byte address fails with EINVAL or truncates.",
            instead: "ai_addrlen, or the length that the kernel returned",
            sockets: "SocketAddress, which hides lengths",
            bad: [
                (.c, "void f(int s, struct sockaddr *a) { connect(s, a, «sizeof(struct sockaddr_in)»); }"),
                (.swift, "func f() { let n = socklen_t(«MemoryLayout<sockaddr_in>».size) }"),
            ],
            good: [
                (.c, "void f(int s, struct addrinfo *a) { connect(s, a->ai_addr, a->ai_addrlen); }"),
                (.c, "void f(void *p) { memset(p, 0, sizeof(struct sockaddr_in)); }"),
            ]
        ),
        Rule(
            .str03, "ShortAddressBuffer", "a generic structure as room for any address", .error, .high, fix: .safe,
            in: c,
            what: "has room for 16 bytes, an IPv6 address needs 28",
            why: "accept, recvfrom, getsockname and getpeername cut silently what does not fit.",
            instead: "struct sockaddr_storage",
            sockets: "SocketAddress",
            bad: [
                (.c, "void f(int s) { struct «sockaddr a»; socklen_t n = sizeof(a); accept(s, &a, &n); }"),
                (.c, "void f(int s, void *p) { socklen_t n = «sizeof(struct sockaddr)»; getpeername(s, p, &n); }"),
            ],
            good: [
                (
                    .c,
                    "void f(int s) { struct sockaddr_storage a; socklen_t n = sizeof(a); accept(s, (void *)&a, &n); }"
                ),
                (.c, "void f(int s) { struct sockaddr a; a.sa_family = AF_UNSPEC; connect(s, &a, sizeof(a)); }"),
                (.c, "void f(struct sockaddr *a) { use(a); }"),
            ]
        ),
        Rule(
            .str04, "Ipv4Field", "a field or type that holds 32 bits", .warning, .medium, in: c + [.swift],
            what: "holds an IPv4 address only",
            why: "Fields of the IPv4 structures read as garbage when the address is another.",
            instead: "the fields of the family at hand, or getnameinfo",
            sockets: "IPAddress and SocketAddress with their properties",
            bad: [
                (.c, "unsigned f(struct x *a) { return a->«sin_addr.s_addr»; }"),
                (.c, "«in_addr_t» mask;"),
                (.swift, "func f(a: «in_addr») {}"),
            ],
            good: [
                (.c, "void f(struct x *a) { p(&a->sin_addr, &a->sin6_addr); }"),
                (.c, "struct in_addr;"),
            ]
        ),
        Rule(
            .str05, "HostEntry", "the result of the old resolver", .error, .high, in: c + [.swift],
            what: "is the result of a resolver that knows one family",
            why: "hostent lists addresses of one family, and its calls keep it in static memory.",
            instead: "the list of struct addrinfo",
            sockets: "Resolver, which returns socket addresses",
            bad: [
                (.c, "struct «hostent» *h;"),
                (.c, "void f(struct x *h) { use(h->«h_addr»); }"),
                (.c, "void f(struct x *h) { if (h->«h_length == 4») g(); }"),
            ],
            good: [(.c, "struct addrinfo *h;"), (.c, "int h_addr = 1;"), (.c, "struct hostent;")]
        ),
        Rule(
            .str06, "FamilyByLength", "the family told by the length", .error, .low, in: c + [.swift],
            what: "takes an address for IPv4 by its length",
            why: "A comparison with 16 or with the size of sockaddr_in rejects every IPv6 address.",
            instead: "ss_family",
            sockets: "a switch over SocketAddress",
            bad: [
                (.c, "int f(int len) { return len != «sizeof(struct sockaddr_in)»; }"),
                (.c, "int f(struct sockaddr *a) { return a->«sa_len == 16»; }"),
            ],
            good: [
                (.c, "int f(int n) { return n == sizeof(struct sockaddr_in) || n == sizeof(struct sockaddr_in6); }")
            ]
        ),
        Rule(
            .str07, "AddressPair", "a socket address taken apart as a pair", .error, .medium, fix: .review,
            in: [.python],
            what: "is a tuple of four for IPv6, which does not fit two names",
            why:
                "IPv6 addresses are (host, port, flow, scope) in Python; taking them apart into two names raises ValueError at the first IPv6 peer.",
            instead: "host, port, *_ = … or address[:2]",
            sockets: "SocketAddress with host and port",
            bad: [
                (.python, "def f(s):\n    «host, port» = s.getpeername()\n"),
                (.python, "def f(s):\n    conn, («host, port») = s.accept()\n"),
                (.python, "def f(s):\n    data, («host, port») = s.recvfrom(10)\n"),
                (.python, "def f(self):\n    «h, p» = self.client_address\n"),
            ],
            good: [
                (.python, "def f(s):\n    host, port, *_ = s.getpeername()\n"),
                (.python, "def f(s):\n    host, port = s.getpeername()[:2]\n"),
                (.python, "def f(s):\n    conn, addr = s.accept()\n"),
                (.python, "def f(s):\n    data, address = s.recvfrom(10)\n"),
            ]
        ),
    ]
}
