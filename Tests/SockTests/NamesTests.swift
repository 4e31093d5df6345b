import Foundation
import TestSupport
import Testing

@Suite struct NamesTests {
    // MARK: resolve

    @Test(.timeLimit(.minutes(4))) func `resolves what python resolves`() throws {
        let lines = try Program.run(
            """
            "$sock" resolve localhost 80 --json
            python3 -c 'import socket
            print(sorted({a[4][0] for a in socket.getaddrinfo("localhost", 80, type=socket.SOCK_STREAM)}))'
            """)
        let json = try JSONSerialization.jsonObject(with: Data(lines.dropLast().joined(separator: "\n").utf8))
        let answers = try #require(json as? [[String: Any]])
        let addresses = Set(answers.compactMap { $0["address"] as? String })
        #expect("\(addresses.sorted())".replacing("\"", with: "'") == lines.last)
        #expect(answers.allSatisfy { $0["port"] as? Int == 80 })
        #expect(Set(answers.compactMap { $0["type"] as? String }) == ["stream", "datagram"])
    }

    @Test(.timeLimit(.minutes(4))) func `prints addresses alone, or with a service the sockets`() throws {
        #expect(try Program.run("\"$sock\" resolve -4 localhost") == ["127.0.0.1  IPv4"])
        #expect(
            try Program.run("\"$sock\" resolve -6 ::1 http")
                == ["[::1]:80  IPv6  stream  TCP"])
        #expect(try Program.run("\"$sock\" resolve -4 --udp localhost domain") == ["127.0.0.1:53  IPv4  datagram  UDP"])
    }

    @Test(.timeLimit(.minutes(4)), arguments: ["127.0.0.1", "::1"]) func `an address gives its name`(
        address: String
    ) throws {
        let lines = try Program.run(
            """
            "$sock" resolve --reverse $1 2> /dev/null | head -n 1 | grep . || echo none
            python3 -c 'import socket, sys
            try: print(socket.gethostbyaddr(sys.argv[1])[0])
            except socket.herror: print("none")' $1
            """, address)
        #expect(lines.count == 2)
        #expect(lines.first == lines.last)
    }

    @Test(.timeLimit(.minutes(4)), arguments: ["\"a name with spaces\"", "127.1", "host..twice"])
    func `a name that cannot be is an error of one line`(name: String) throws {
        let lines = try Program.run("\"$sock\" resolve \(name) 2>&1; echo $?")
        #expect(lines.count == 2)
        #expect(lines.first?.hasPrefix("sock: resolve ") == true)
        #expect(lines.last == "1")
    }

    // MARK: interfaces

    @Test(.timeLimit(.minutes(4))) func `lists the interfaces as the kernel has them`() throws {
        let lines = try Program.run(
            "for i in /sys/class/net/*/ifindex; do i=${i%/*}; echo ${i##*/} $(< $i/ifindex) $(< $i/mtu); done")
        let json = try Program.run("\"$sock\" interfaces --json").joined(separator: "\n")
        let interfaces = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [[String: Any]])
        let ours = interfaces.compactMap { entry -> String? in
            guard let name = entry["name"] as? String, let index = entry["index"] as? Int,
                let mtu = entry["mtu"] as? Int
            else { return nil }
            return "\(name) \(index) \(mtu)"
        }
        #expect(Set(ours) == Set(lines))
        let loopback = try #require(interfaces.first { $0["name"] as? String == "lo" })
        #expect((loopback["addresses"] as? [String])?.contains("127.0.0.1/8") == true)
        #expect((loopback["flags"] as? [String])?.contains("loopback") == true)
    }

    @Test(.timeLimit(.minutes(4))) func `prints a table`() throws {
        let lines = try Program.run("\"$sock\" interfaces")
        #expect(lines.first?.split(separator: " ").first == "NAME")
        let row = try #require(lines.first { $0.hasPrefix("lo ") })
        #expect(row.contains("127.0.0.1/8"))
        #expect(row.contains("loopback"))
        #expect(lines.allSatisfy { $0.last != " " })
    }

    // MARK: services

    @Test(.timeLimit(.minutes(4))) func `looks services up both ways`() throws {
        #expect(try Program.run("\"$sock\" services http").contains { $0.hasPrefix("http ") && $0.contains(" 80 ") })
        #expect(try Program.run("\"$sock\" services 53").filter { $0.hasPrefix("domain ") }.count == 2)
        #expect(try Program.run("\"$sock\" services --udp domain") == ["domain  53  udp"])
        let all = try Program.run("\"$sock\" services")
        #expect(all.contains { $0.hasPrefix("ssh ") && $0.contains(" 22 ") })
        #expect(all.count > 100)
    }

    @Test(.timeLimit(.minutes(4)), arguments: ["nosuchservice", "4"]) func `tells that there is no service`(
        name: String
    ) throws {
        let lines = try Program.run("\"$sock\" services \(name) 2>&1; echo $?")
        #expect(lines.first?.hasPrefix("sock: ") == true)
        #expect(lines.last == "1")
    }
}
