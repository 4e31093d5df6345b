import Sockets
import TestSupport
import Testing

@Suite struct HostNameTests {
    @Test(Requirement.programs("python3")) func `the name is python's`() throws {
        let name = try Program.python("import socket; print(socket.gethostname())").finish()
        #expect([HostName.current] == name)
    }

    @Test(Requirement.root, Requirement.programs("python3"))
    func `a new name is seen by other programs`() throws {
        try Namespace.run([.hostName]) {
            try HostName.set("sockets-test")
            #expect(HostName.current == "sockets-test")
            #expect(try Program.python("import socket; print(socket.gethostname())").finish() == ["sockets-test"])
            #expect(throws: SocketError.self) { try HostName.set(String(repeating: "a", count: 65)) }
            try HostName.set(String(repeating: "a", count: 64))
            #expect(HostName.current.utf8.count == 64)
        }
    }

    @Test(Requirement.root) func `without privilege it is a typed error`() throws {
        try Namespace.run([.hostName]) {
            try Namespace.dropPrivilege()
            let error = #expect(throws: SocketError.self) { try HostName.set("x") }
            #expect(error?.code == .permissionDenied)
            #expect(
                error?.description
                    == "set host name x: not permitted (EPERM); changing the host name needs the capability CAP_SYS_ADMIN"
            )
        }
    }

    @Test(arguments: ["", "a\0b", String(repeating: "a", count: 65)])
    func `text that cannot be the name is refused`(name: String) {
        let error = #expect(throws: SocketError.self) { try HostName.set(name) }
        #expect(error?.code == .invalidArgument)
    }

    @Test(Requirement.programs("cat")) func `the domain is the kernel's`() throws {
        let text = try Program("cat", ["/proc/sys/kernel/domainname"]).finish().first ?? ""
        #expect((HostName.domain ?? "(none)") == (text.isEmpty ? "(none)" : text))
    }
}
