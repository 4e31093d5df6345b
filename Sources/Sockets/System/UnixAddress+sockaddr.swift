/// The form of a Unix name behind `sun_family`.
extension UnixAddress {
    var isTooLong: Bool {
        switch kind {
        case .unnamed: false
        case .path(let bytes): bytes.count > Self.maximumLength
        case .abstract(let bytes): bytes.count + 1 > Self.maximumLength
        }
    }

    /// What stands in `sun_path`: a path with its NUL where there is room for one; an abstract name behind a NUL.
    var kernelName: [UInt8] {
        switch kind {
        case .unnamed: []
        case .path(let bytes): bytes.count < Self.maximumLength ? bytes + [0] : bytes
        case .abstract(let bytes): [0] + bytes
        }
    }

    /// The name of what the kernel wrote: a path ends at its NUL, in an abstract name every byte counts.
    init(kernelName: [UInt8]) {
        if kernelName.isEmpty {
            self.init(.unnamed)
        } else if kernelName[0] == 0 {
            self.init(.abstract(Array(kernelName.dropFirst())))
        } else {
            self.init(.path(Array(kernelName.prefix { $0 != 0 })))
        }
    }
}
