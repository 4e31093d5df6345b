/// The usual Internet services, so that their names work on a machine without a service database.
enum WellKnownServices {
    /// One service, as a line of the file `/etc/services` has it.
    struct Entry: Sendable {
        /// The official name.
        let name: StaticString
        /// Its port.
        let port: Port
        /// The transport protocols it is used over.
        let transports: Transports
        /// Other names in use.
        let aliases: [StaticString]

        fileprivate init(_ name: StaticString, _ port: Port, _ transports: Transports, aliases: [StaticString] = []) {
            self.name = name
            self.port = port
            self.transports = transports
            self.aliases = aliases
        }
    }

    /// The transport protocols of a service.
    struct Transports: OptionSet, Sendable {
        let rawValue: UInt8

        static let tcp = Transports(rawValue: 1)
        static let udp = Transports(rawValue: 2)
        static let both: Transports = [.tcp, .udp]

        init(rawValue: UInt8) { self.rawValue = rawValue }

        /// The set of one protocol's name, all for nil, none for a name that is not in the table.
        init(protocolName: String?) {
            switch protocolName {
            case nil: self = .both
            case "tcp": self = .tcp
            case "udp": self = .udp
            default: self = []
            }
        }
    }

    /// The port of a service by its official name or an alias, over "tcp", "udp", or either with nil.
    static func port(named name: String, protocolName: String?) -> Port? {
        let transports = Transports(protocolName: protocolName)
        return entries.first { !$0.transports.isDisjoint(with: transports) && $0.isNamed(name) }?.port
    }

    /// The official name of the service at a port, over "tcp", "udp", or either with nil.
    static func name(of port: Port, protocolName: String?) -> String? {
        let transports = Transports(protocolName: protocolName)
        return entries.first { $0.port == port && !$0.transports.isDisjoint(with: transports) }
            .map { "\($0.name)" }
    }

    /// The services by port; names and numbers as assigned by IANA or in general use.
    static let entries: [Entry] = [
        Entry("tcpmux", 1, .tcp),
        Entry("echo", 7, .both),
        Entry("discard", 9, .both, aliases: ["sink", "null"]),
        Entry("systat", 11, .tcp, aliases: ["users"]),
        Entry("daytime", 13, .both),
        Entry("netstat", 15, .tcp),
        Entry("qotd", 17, .tcp, aliases: ["quote"]),
        Entry("chargen", 19, .both, aliases: ["ttytst", "source"]),
        Entry("ftp-data", 20, .tcp),
        Entry("ftp", 21, .tcp),
        Entry("ssh", 22, .tcp),
        Entry("telnet", 23, .tcp),
        Entry("smtp", 25, .tcp, aliases: ["mail"]),
        Entry("time", 37, .both, aliases: ["timserver"]),
        Entry("whois", 43, .tcp, aliases: ["nicname"]),
        Entry("tacacs", 49, .both),
        Entry("domain", 53, .both),
        Entry("bootps", 67, .udp),
        Entry("bootpc", 68, .udp),
        Entry("tftp", 69, .udp),
        Entry("gopher", 70, .tcp),
        Entry("finger", 79, .tcp),
        Entry("http", 80, .tcp, aliases: ["www"]),
        Entry("kerberos", 88, .both, aliases: ["kerberos5", "krb5", "kerberos-sec"]),
        Entry("iso-tsap", 102, .tcp, aliases: ["tsap"]),
        Entry("pop3", 110, .tcp, aliases: ["pop-3"]),
        Entry("sunrpc", 111, .both, aliases: ["portmapper"]),
        Entry("auth", 113, .tcp, aliases: ["authentication", "tap", "ident"]),
        Entry("nntp", 119, .tcp, aliases: ["readnews", "untp"]),
        Entry("ntp", 123, .udp),
        Entry("epmap", 135, .tcp, aliases: ["loc-srv"]),
        Entry("netbios-ns", 137, .udp),
        Entry("netbios-dgm", 138, .udp),
        Entry("netbios-ssn", 139, .tcp),
        Entry("imap", 143, .tcp, aliases: ["imap2"]),
        Entry("snmp", 161, .both),
        Entry("snmp-trap", 162, .both, aliases: ["snmptrap"]),
        Entry("cmip-man", 163, .both),
        Entry("xdmcp", 177, .udp),
        Entry("bgp", 179, .tcp),
        Entry("irc", 194, .both),
        Entry("smux", 199, .tcp),
        Entry("qmtp", 209, .tcp),
        Entry("ipx", 213, .udp),
        Entry("ptp-event", 319, .udp),
        Entry("ptp-general", 320, .udp),
        Entry("ldap", 389, .both),
        Entry("svrloc", 427, .both),
        Entry("https", 443, .both),
        Entry("snpp", 444, .tcp),
        Entry("microsoft-ds", 445, .both),
        Entry("kpasswd", 464, .both),
        Entry("submissions", 465, .tcp, aliases: ["ssmtp", "smtps", "urd"]),
        Entry("saft", 487, .tcp),
        Entry("isakmp", 500, .udp),
        Entry("exec", 512, .tcp),
        Entry("biff", 512, .udp, aliases: ["comsat"]),
        Entry("login", 513, .tcp),
        Entry("who", 513, .udp, aliases: ["whod"]),
        Entry("shell", 514, .tcp, aliases: ["cmd"]),
        Entry("syslog", 514, .udp),
        Entry("printer", 515, .tcp, aliases: ["spooler"]),
        Entry("talk", 517, .udp),
        Entry("ntalk", 518, .udp),
        Entry("route", 520, .udp, aliases: ["router", "routed"]),
        Entry("ripng", 521, .udp),
        Entry("uucp", 540, .tcp, aliases: ["uucpd"]),
        Entry("klogin", 543, .tcp),
        Entry("kshell", 544, .tcp, aliases: ["krcmd"]),
        Entry("dhcpv6-client", 546, .udp),
        Entry("dhcpv6-server", 547, .udp),
        Entry("afpovertcp", 548, .tcp),
        Entry("rtsp", 554, .both),
        Entry("nntps", 563, .tcp, aliases: ["snntp"]),
        Entry("submission", 587, .tcp),
        Entry("nqs", 607, .tcp),
        Entry("ipp", 631, .tcp),
        Entry("ldaps", 636, .tcp),
        Entry("ldp", 646, .both),
        Entry("tinc", 655, .both),
        Entry("silc", 706, .tcp),
        Entry("kerberos-adm", 749, .tcp),
        Entry("domain-s", 853, .both),
        Entry("rsync", 873, .tcp),
        Entry("ftps-data", 989, .tcp),
        Entry("ftps", 990, .tcp),
        Entry("telnets", 992, .tcp),
        Entry("imaps", 993, .tcp),
        Entry("pop3s", 995, .tcp),
        Entry("socks", 1080, .tcp),
        Entry("rmiregistry", 1099, .tcp),
        Entry("openvpn", 1194, .both),
        Entry("lotusnote", 1352, .tcp, aliases: ["lotusnotes"]),
        Entry("ms-sql-s", 1433, .tcp),
        Entry("ms-sql-m", 1434, .udp),
        Entry("ingreslock", 1524, .tcp),
        Entry("datametrics", 1645, .both, aliases: ["old-radius"]),
        Entry("sa-msg-port", 1646, .both, aliases: ["old-radacct"]),
        Entry("l2tp", 1701, .udp),
        Entry("h323hostcall", 1720, .tcp),
        Entry("radius", 1812, .both),
        Entry("radius-acct", 1813, .both, aliases: ["radacct"]),
        Entry("mqtt", 1883, .tcp),
        Entry("ssdp", 1900, .udp),
        Entry("cisco-sccp", 2000, .tcp),
        Entry("nfs", 2049, .both),
        Entry("gnunet", 2086, .both),
        Entry("rtcm-sc104", 2101, .both),
        Entry("gsigatekeeper", 2119, .tcp),
        Entry("cvspserver", 2401, .tcp),
        Entry("iscsi-target", 3260, .tcp),
        Entry("mysql", 3306, .tcp),
        Entry("ms-wbt-server", 3389, .tcp),
        Entry("stun", 3478, .both, aliases: ["turn"]),
        Entry("nut", 3493, .both),
        Entry("distcc", 3632, .tcp),
        Entry("daap", 3689, .tcp),
        Entry("svn", 3690, .tcp, aliases: ["subversion"]),
        Entry("epmd", 4369, .tcp),
        Entry("ipsec-nat-t", 4500, .udp),
        Entry("iax", 4569, .udp),
        Entry("vxlan", 4789, .udp),
        Entry("radmin-port", 4899, .tcp),
        Entry("rfe", 5002, .both),
        Entry("mmcc", 5050, .tcp),
        Entry("sip", 5060, .both),
        Entry("sip-tls", 5061, .both),
        Entry("xmpp-client", 5222, .tcp, aliases: ["jabber-client"]),
        Entry("xmpp-server", 5269, .tcp, aliases: ["jabber-server"]),
        Entry("stuns", 5349, .both, aliases: ["turns"]),
        Entry("mdns", 5353, .udp),
        Entry("postgresql", 5432, .tcp, aliases: ["postgres"]),
        Entry("freeciv", 5556, .tcp),
        Entry("amqps", 5671, .tcp),
        Entry("amqp", 5672, .tcp),
        Entry("coap", 5683, .both),
        Entry("coaps", 5684, .both),
        Entry("rfb", 5900, .tcp, aliases: ["vnc"]),
        Entry("x11", 6000, .tcp, aliases: ["x11-0"]),
        Entry("redis", 6379, .tcp),
        Entry("sane-port", 6566, .tcp, aliases: ["sane", "saned"]),
        Entry("ircs-u", 6697, .tcp),
        Entry("bbs", 7000, .tcp),
        Entry("http-alt", 8080, .tcp, aliases: ["webcache", "http-proxy"]),
        Entry("puppet", 8140, .tcp),
        Entry("secure-mqtt", 8883, .tcp),
        Entry("bacula-dir", 9101, .tcp),
        Entry("bacula-fd", 9102, .tcp),
        Entry("bacula-sd", 9103, .tcp),
        Entry("git", 9418, .tcp),
        Entry("zabbix-agent", 10_050, .tcp),
        Entry("zabbix-trapper", 10_051, .tcp),
        Entry("amanda", 10_080, .tcp),
        Entry("dicom", 11_112, .tcp),
        Entry("memcache", 11_211, .both),
    ]
}

extension WellKnownServices.Entry {
    /// Whether a text is the official name or an alias; case matters, as in the system's database.
    fileprivate func isNamed(_ text: String) -> Bool {
        "\(name)" == text || aliases.contains { "\($0)" == text }
    }
}

extension Port {
    /// A transport protocol whose services have well-known ports.
    public enum Transport: String, Hashable, CaseIterable, Sendable {
        /// The Transmission Control Protocol.
        case tcp
        /// The User Datagram Protocol.
        case udp
    }

    /// Creates the port of a service in the library's own table, or nil when the table does not have it.
    ///
    /// The table has the usual services and works without a system database; names are in lower case.
    ///
    ///     Port(wellKnownService: "https")              // 443
    ///     Port(wellKnownService: "syslog", over: .udp) // 514
    public init?(wellKnownService name: String, over transport: Transport? = nil) {
        guard let port = WellKnownServices.port(named: name, protocolName: transport?.rawValue) else { return nil }
        self = port
    }

    /// The name of the service that has this port in the library's own table, nil when the table does not have it.
    public func wellKnownServiceName(over transport: Transport? = nil) -> String? {
        WellKnownServices.name(of: self, protocolName: transport?.rawValue)
    }
}

extension Port {
    /// No particular port, 0: binding to it lets the system choose a free one.
    public static let any: Port = 0
    /// Port 7: sends everything back (RFC 862).
    public static let echo: Port = 7
    /// Port 9: throws everything away (RFC 863).
    public static let discard: Port = 9
    /// Port 13: tells date and time as text (RFC 867).
    public static let daytime: Port = 13
    /// Port 17: tells a quote of the day (RFC 865).
    public static let quoteOfTheDay: Port = 17
    /// Port 19: sends characters without end (RFC 864).
    public static let characterGenerator: Port = 19
    /// Port 20: the data connections of FTP (RFC 959).
    public static let ftpData: Port = 20
    /// Port 21: file transfer (RFC 959).
    public static let ftp: Port = 21
    /// Port 22: secure shell (RFC 4253).
    public static let ssh: Port = 22
    /// Port 23: terminals (RFC 854).
    public static let telnet: Port = 23
    /// Port 25: mail between servers (RFC 5321).
    public static let smtp: Port = 25
    /// Port 37: tells the time as a number (RFC 868).
    public static let time: Port = 37
    /// Port 43: the register of names (RFC 3912).
    public static let whois: Port = 43
    /// Port 53: the domain name system (RFC 1035).
    public static let domain: Port = 53
    /// Port 67: servers of DHCP (RFC 2131).
    public static let dhcpServer: Port = 67
    /// Port 68: clients of DHCP (RFC 2131).
    public static let dhcpClient: Port = 68
    /// Port 69: trivial file transfer (RFC 1350).
    public static let tftp: Port = 69
    /// Port 79: information about users (RFC 1288).
    public static let finger: Port = 79
    /// Port 80: the web (RFC 9110).
    public static let http: Port = 80
    /// Port 88: Kerberos (RFC 4120).
    public static let kerberos: Port = 88
    /// Port 110: mailboxes (RFC 1939).
    public static let pop3: Port = 110
    /// Port 119: network news (RFC 3977).
    public static let nntp: Port = 119
    /// Port 123: network time (RFC 5905).
    public static let ntp: Port = 123
    /// Port 143: mailboxes (RFC 9051).
    public static let imap: Port = 143
    /// Port 161: network management (RFC 3411).
    public static let snmp: Port = 161
    /// Port 179: routing between providers (RFC 4271).
    public static let bgp: Port = 179
    /// Port 389: directories (RFC 4511).
    public static let ldap: Port = 389
    /// Port 443: the web over TLS (RFC 9110).
    public static let https: Port = 443
    /// Port 465: handing in mail over TLS (RFC 8314).
    public static let submissions: Port = 465
    /// Port 514 of UDP: system messages (RFC 5426).
    public static let syslog: Port = 514
    /// Port 587: handing in mail (RFC 6409).
    public static let submission: Port = 587
    /// Port 636: directories over TLS.
    public static let ldaps: Port = 636
    /// Port 853: the domain name system over TLS (RFC 7858).
    public static let domainOverTLS: Port = 853
    /// Port 993: mailboxes over TLS (RFC 8314).
    public static let imaps: Port = 993
    /// Port 995: mailboxes over TLS (RFC 8314).
    public static let pop3s: Port = 995
    /// Port 1080: SOCKS proxies (RFC 1928).
    public static let socks: Port = 1080
    /// Port 1883: MQTT.
    public static let mqtt: Port = 1883
    /// Port 5353: multicast DNS (RFC 6762).
    public static let multicastDNS: Port = 5353
}
