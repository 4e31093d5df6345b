// SwiftNIO echo with NIOAsyncChannel (async/await), one event loop thread.
// nio-async-echo [--take] PORT
//   --take: let NIO's event loops be Swift Concurrency's global executor (no thread hops)
import NIOCore
import NIOPosix

#if canImport(Glibc)
import Glibc
#endif

@main
struct Main {
    static func main() async throws {
        signal(SIGPIPE, SIG_IGN)
        alarm(UInt32(getenv("BENCH_TTL").flatMap { atoi($0) } ?? 300))
        let port = Int(CommandLine.arguments.last!)!
        let group: any EventLoopGroup
        if CommandLine.arguments.contains("--take") {
            NIOSingletons.groupLoopCountSuggestion = 1
            let took = NIOSingletons.unsafeTryInstallSingletonPosixEventLoopGroupAsConcurrencyGlobalExecutor()
            guard took else { exit(3) }
            group = NIOSingletons.posixEventLoopGroup
        } else {
            group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        }
        let server = try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 4096)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.maxMessagesPerRead, value: 16)
            .childChannelOption(.recvAllocator, value: AdaptiveRecvByteBufferAllocator())
            .bind(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel(
                        wrappingChannelSynchronously: channel,
                        configuration: .init(inboundType: ByteBuffer.self, outboundType: ByteBuffer.self))
                }
            }
        try await withThrowingDiscardingTaskGroup { tasks in
            try await server.executeThenClose { inbound in
                for try await connection in inbound {
                    tasks.addTask {
                        do {
                            try await connection.executeThenClose { inbound, outbound in
                                for try await data in inbound {
                                    try await outbound.write(data)
                                }
                            }
                        } catch {}
                    }
                }
            }
        }
    }
}
