import ArgumentParser
import Checkv4Core
import Foundation

/// `checkv4 bench PATH…`: how fast one thread checks files, without reading them from the disk.
struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Measures the speed of one thread in its own time, by language.",
        shouldDisplay: false
    )

    @Argument(help: "Files and folders.")
    var paths: [String]

    @Option(help: "How many times; the best counts.")
    var rounds = 3

    func run() throws {
        let found = FileFinder().find(paths)
        var texts: [Language: [SourceText]] = [:]
        for item in found.items {
            guard case .text(let bytes) = FileReader.read(item.path, limit: 32_000_000) else { continue }
            texts[item.language, default: []].append(SourceText(path: item.path, language: item.language, bytes: bytes))
        }
        let options = CheckOptions()
        // Swift's tree is walked by recursion: the thread gets the stack that scanning threads have.
        let done = DispatchSemaphore(value: 0)
        let rounds = max(1, rounds)
        let thread = Thread { [texts] in
            for (language, sources) in texts.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                let size = sources.reduce(0) { $0 + $1.bytes.count }
                var best = Double.infinity
                var count = 0
                for _ in 0..<rounds {
                    let start = Self.threadSeconds
                    count = sources.reduce(0) { $0 + Checker.check($1, options: options).findings.count }
                    best = min(best, Self.threadSeconds - start)
                }
                let speed = Double(size) / 1e6 / max(best, 1e-9)
                print(
                    "\(language.rawValue): \(sources.count) files, \(size) bytes, \(count) findings, "
                        + "\((best * 1000).rounded() / 1000) s, \((speed * 10).rounded() / 10) MB/s per core"
                )
            }
            done.signal()
        }
        thread.stackSize = Scan.stackSize
        thread.start()
        done.wait()
    }

    /// The processor's time of this thread: what others do on the machine does not count.
    private static var threadSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
