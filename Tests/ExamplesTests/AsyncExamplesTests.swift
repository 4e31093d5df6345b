import Foundation
import TestSupport
import Testing

@Suite struct AsyncExamplesTests {
    @Test(.timeLimit(.minutes(4))) func `a hundred python clients at one time`() throws {
        let (server, address) = try start("async-echo-server", "127.0.0.1:0")
        defer { server.terminate() }
        let lines = try Program.python(
            """
            import asyncio, os, sys
            host, port = sys.argv[1].rsplit(":", 1)
            async def client(number):
                reader, writer = await asyncio.open_connection(host, int(port))
                data = os.urandom(20_000)
                for _ in range(5):
                    writer.write(data)
                    assert await reader.readexactly(len(data)) == data
                writer.write_eof()
                assert await reader.read() == b""
                writer.close()
            async def main():
                await asyncio.gather(*(client(n) for n in range(100)))
                print("all the same")
            asyncio.run(main())
            """, address
        ).finish()
        #expect(lines == ["all the same"])
    }

    @Test(.timeLimit(.minutes(4))) func `the echo client gives up in time`() throws {
        // A listener that accepts nobody: the kernel connects, and no answer ever comes.
        let silent = try Program.python(
            "import socket; s = socket.create_server(('127.0.0.1', 0)); print(s.getsockname()[1]); input()")
        let lines = try Program.run(
            "\"$1\" 127.0.0.1:$2; echo $?", Program.builtPath("async-echo-client"), silent.line())
        #expect(lines.count == 2)
        #expect(lines.first?.contains("its deadline has passed") == true)
        #expect(lines.last == "1")
        try silent.endInput()
    }

    @Test(.timeLimit(.minutes(4))) func `the proxy carries both directions and their ends`() throws {
        // The server answers only when it has seen the end, so the proxy must pass that on and keep the way back open.
        let target = try Program.python(
            """
            import hashlib, socket
            s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])
            while True:
                c, _ = s.accept(); data = b""
                while piece := c.recv(65536): data += piece
                c.sendall(data[::-1]); c.close()
            """)
        defer { target.terminate() }
        let (proxy, address) = try start("tcp-proxy", "127.0.0.1:\(target.line())", "127.0.0.1:0")
        defer { proxy.terminate() }
        let folder = try TemporaryFolder()
        let lines = try Program.run(
            """
            head -c 4000000 /dev/urandom > "$2"
            socat -t 20 - TCP:$1 < "$2" > "$2.back"
            python3 -c 'import sys; a, b = (open(n, "rb").read() for n in sys.argv[1:]); print(a == b[::-1])' "$2" "$2.back"
            """, address, folder.file("in"))
        #expect(lines == ["True"])
        #expect(try proxy.line().hasSuffix(": 4000000 bytes there, 4000000 bytes back"))
    }

    @Test(.timeLimit(.minutes(4))) func `the proxy outlives a target that is not there`() throws {
        let folder = try TemporaryFolder()
        let (proxy, address) = try start("tcp-proxy", "unix:\(folder.file("s"))", "127.0.0.1:0")
        defer { proxy.terminate() }
        #expect(try Program.run("socat -u TCP:$1 - < /dev/null", address) == [])
        let target = try Program.shell(
            "exec socat UNIX-LISTEN:\"$1\" SYSTEM:\"tr a-z A-Z\" & until [ -S \"$1\" ]; do sleep 0.01; done; echo; wait",
            folder.file("s"))
        defer { target.terminate() }
        _ = try target.line()
        #expect(try Program.run("echo hello | socat -t 10 - TCP:$1", address) == ["HELLO"])
    }

    @Test(.timeLimit(.minutes(4))) func `datagrams come back, also empty ones`() throws {
        let (server, address) = try start("async-udp-echo", "127.0.0.1:0")
        defer { server.terminate() }
        let lines = try Program.python(
            """
            import socket, sys
            host, port = sys.argv[1].rsplit(":", 1)
            # Many senders, so that each of the server's sockets gets some.
            for number in range(40):
                s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.settimeout(20); s.connect((host, int(port)))
                for data in (b"", b"%d" % number, b"x" * 65507):
                    s.send(data); assert s.recv(70000) == data
            print("all the same")
            """, address
        ).finish()
        #expect(lines == ["all the same"])
    }

    @Test(.timeLimit(.minutes(4))) func `a thousand clients of python's server`() throws {
        let server = try Program.python(
            """
            import asyncio, resource
            hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard if 0 < hard < 4096 else 4096, hard))
            most = now = 0
            async def echo(reader, writer):
                global most, now
                now += 1; most = max(most, now)
                while data := await reader.read(4096):
                    writer.write(data); await writer.drain()
                now -= 1; writer.close()
                if now == 0: print(most)
            async def main():
                server = await asyncio.start_server(echo, "127.0.0.1", 0, backlog=1024)
                print(server.sockets[0].getsockname()[1]); await server.serve_forever()
            asyncio.run(main())
            """)
        defer { server.terminate() }
        let lines = try Program.run("\"$1\" 127.0.0.1:$2 1000 2", Program.builtPath("thousand-clients"), server.line())
        #expect(lines.count == 3)
        #expect(lines.first?.hasPrefix("1000 connections in ") == true)
        #expect(lines.dropFirst().first?.hasPrefix("2000 echoes in ") == true)
        // All of them were open at the same time.
        #expect(try server.line() == "1000")
    }

    @Test(.timeLimit(.minutes(4))) func `a thousand clients of the example's server`() throws {
        let (server, address) = try start("async-echo-server", "127.0.0.1:0")
        defer { server.terminate() }
        let lines = try Program.run("ulimit -n hard; \"$1\" $2 1000 5", Program.builtPath("thousand-clients"), address)
        #expect(lines.dropFirst().first?.hasPrefix("5000 echoes in ") == true)
    }
}
