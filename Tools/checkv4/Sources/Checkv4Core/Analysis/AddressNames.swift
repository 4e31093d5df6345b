/// What the name of a variable says about its value.
struct NameKind: OptionSet {
    var rawValue: UInt8
    /// An IP address for sure: `ip`, `ipaddr`, `netmask`.
    static let ip = NameKind(rawValue: 1)
    /// An address of some kind: `addr`, `address`.
    static let address = NameKind(rawValue: 2)
    /// A host: `host`, `server`, `peer`.
    static let host = NameKind(rawValue: 4)
    /// A port.
    static let port = NameKind(rawValue: 8)
}

extension NameKind {
    private static let ipWords: Set<String> = [
        "ip", "ips", "ipaddr", "ipaddrs", "ipaddress", "ipv4", "ip4", "inet", "inaddr", "netmask", "subnet", "srcip",
        "dstip", "ipstr", "hostip", "clientip", "myip", "ipnum", "iplong", "cidr",
    ]
    private static let addressWords: Set<String> = [
        "addr", "addrs", "address", "addresses", "saddr", "daddr", "laddr", "raddr", "hostaddr", "remoteaddr",
        "localaddr", "peeraddr", "dest", "destination",
    ]
    private static let hostWords: Set<String> = [
        "host", "hosts", "hostname", "hostnames", "peer", "server", "servername", "endpoint", "netloc", "authority",
        "nameserver", "gateway", "listen", "hostport", "upstream", "remote", "proxyhost", "broker", "peername",
        "serverhost", "localhost", "hostspec", "hostinfo",
    ]
    private static let portWords: Set<String> = ["port", "ports", "portno", "portnum", "portnumber", "service", "serv"]
    /// Words beside which an "address" is none of the network, and a "server" is a thing and no name.
    private static let otherWords: Set<String> = [
        "mac", "hw", "hwaddr", "eth", "ether", "ethernet", "email", "mail", "mem", "memory", "phys", "physical", "virt",
        "virtual", "base", "dma", "bus", "i2c", "usb", "page", "func", "reg", "load", "jump", "instr", "kernel",
        "stack",
        "heap", "street", "bluetooth", "lladdr", "key", "keys", "header", "path", "id", "state", "conf", "config",
        "ctx",
        "context", "count", "len", "length", "size", "num", "type", "flags", "class", "status", "socket", "sock", "fd",
        "bits", "offset", "start", "end", "ptr", "table", "tag", "bw", "time", "timeout", "line", "lines", "tracker",
        "header", "spec", "list", "args", "output", "version", "realm", "spn", "principal", "ldap", "extra",
    ]

    /// What a name says; `extra` are names that the configuration adds.
    init(_ name: String, extra: Set<String>) {
        self = []
        if extra.contains(name.lowercased()) {
            self = [.ip, .address, .host]
            return
        }
        let words = Self.subwords(name)
        if words.contains(where: { Self.otherWords.contains($0) }) {
            if words.contains(where: { Self.portWords.contains($0) }), words.count == 1 { insert(.port) }
            // "start_ip" and "key_ip" are addresses, "num_ips" is none.
            if let last = words.last, Self.ipWords.contains(last), let first = words.first,
                !["num", "count", "len", "length", "size", "mac", "has", "max"].contains(first)
            {
                insert(.ip)
            }
            return
        }
        for word in words {
            if Self.ipWords.contains(word) { insert(.ip) }
            if Self.addressWords.contains(word) { insert(.address) }
            if Self.hostWords.contains(word) { insert(.host) }
            if Self.portWords.contains(word) { insert(.port) }
        }
    }

    /// The words of `remoteHostName`, `remote_host`, `RemoteHost2`, in lower case.
    static func subwords(_ name: String) -> [String] {
        var words: [String] = []
        var word: [UInt8] = []
        var previousIsLower = false
        let bytes = Array(name.utf8)
        for (index, byte) in bytes.enumerated() {
            if byte == 0x5F || byte == 0x24 || byte == 0x2D || byte == 0x2E {
                if !word.isEmpty { words.append(String(decoding: word, as: UTF8.self)) }
                word = []
                previousIsLower = false
                continue
            }
            let isUpper = byte >= 0x41 && byte <= 0x5A
            let nextIsLower = index + 1 < bytes.count && bytes[index + 1] >= 0x61 && bytes[index + 1] <= 0x7A
            if isUpper, previousIsLower || nextIsLower && !word.isEmpty && index > 0 && bytes[index - 1] < 0x5B {
                if !word.isEmpty { words.append(String(decoding: word, as: UTF8.self)) }
                word = []
            }
            word.append(isUpper ? byte | 0x20 : byte)
            previousIsLower = byte >= 0x61 && byte <= 0x7A || isDigit(byte)
        }
        if !word.isEmpty { words.append(String(decoding: word, as: UTF8.self)) }
        // "host1" is a host.
        return words.map { word in
            var end = word.endIndex
            while end > word.startIndex, word[word.index(before: end)].isNumber { end = word.index(before: end) }
            let bare = String(word[..<end])
            return bare == "ip" || bare == "ipv" || bare.isEmpty ? (bare == "ip" && word != "ip6" ? "ip" : word) : bare
        }
    }
}

extension Analyzer {
    /// What the name at a token says.
    func nameKind(_ index: Int) -> NameKind {
        guard self[index].kind == .identifier else { return [] }
        return NameKind(text(index), extra: options.names)
    }

    /// Whether the name is that of an address or a host.
    func isAddressLike(_ index: Int) -> Bool {
        let kind = nameKind(index)
        return !kind.intersection([.ip, .address, .host]).isEmpty
    }

    /// Whether the name can only be that of an IP address, or names an address in a file that does networking.
    func isIPLike(_ index: Int) -> Bool {
        let kind = nameKind(index)
        if kind.contains(.ip) { return true }
        return isNetworking && !kind.intersection([.address, .host]).isEmpty
    }

    /// The kinds of the last name in an expression: what `self.remoteHost` or `server.host` is called.
    func expressionKind(_ range: Range<Int>) -> NameKind {
        var first = range.lowerBound
        var index = range.upperBound - 1
        while index >= first {
            let token = self[index]
            if token.kind == .identifier, !isText(index, "self"), !isText(index, "str"), !isText(index, "String"),
                !isText(index, "int")
            {
                return nameKind(index)
            }
            if token.match >= 0, Int(token.match) < index {
                // A call: its name says what comes back; for x(host) with a plain x, the argument does.
                let open = Int(token.match)
                if self[open - 1].kind == .identifier,
                    isText(open - 1, "str") || isText(open - 1, "String")
                        || isText(open - 1, "Int") || isText(open - 1, "int") || isText(open - 1, "UInt16")
                {
                    first = open + 1
                    index -= 1
                    continue
                }
                index = open - 1
                continue
            }
            index -= 1
        }
        return []
    }
}
