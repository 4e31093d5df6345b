extension AsyncBufferedReader {
    /// The lines that come, up to the end of the stream.
    ///
    /// ```swift
    /// for try await line in reader.lines {
    ///     if line == "quit" { break }
    /// }
    /// ```
    ///
    /// Leaving the loop loses nothing: the next call, or a second loop, goes on with the line after. Each line may have
    /// 65,536 bytes and must be UTF-8; see ``lines(limit:repairing:)`` for other wishes.
    public var lines: Lines { Lines(reader: self, limit: 65_536, repairing: false) }

    /// The lines that come, up to the end of the stream; each as by ``line(limit:repairing:)``.
    ///
    /// - Parameters:
    ///   - limit: The most bytes that a line may have, its end among them.
    ///   - repairing: Whether bytes that are not UTF-8 become U+FFFD instead of an error.
    public func lines(limit: Int, repairing: Bool = false) -> Lines {
        Lines(reader: self, limit: limit, repairing: repairing)
    }

    /// The lines of a reader, as they come.
    ///
    /// It has no state of its own: all iterators read on where the reader is.
    public struct Lines: AsyncSequence {
        /// A line without its end.
        public typealias Element = String
        /// The stream's error.
        public typealias Failure = Stream.Failure

        let reader: AsyncBufferedReader
        let limit: Int
        let repairing: Bool

        /// Begins to iterate, where the reader is.
        public func makeAsyncIterator() -> Iterator { Iterator(lines: self) }

        /// Reads line after line.
        public struct Iterator: AsyncIteratorProtocol {
            let lines: Lines

            /// The next line; `nil` at the end of the stream.
            ///
            /// - Throws: As ``AsyncBufferedReader/line(limit:repairing:)``. The iterator may be asked again.
            public mutating func next(
                isolation actor: isolated (any Actor)?
            ) async throws(Stream.Failure) -> String? {
                try await lines.reader.line(limit: lines.limit, repairing: lines.repairing)
            }

            /// The next line; `nil` at the end of the stream.
            ///
            /// - Throws: As ``AsyncBufferedReader/line(limit:repairing:)``. The iterator may be asked again.
            public mutating func next() async throws(Stream.Failure) -> String? {
                try await lines.reader.line(limit: lines.limit, repairing: lines.repairing)
            }
        }
    }
}
