// Control messages: hostile bytes in the place of the kernel's, laid out by themselves and in the C library's headers.

import Glibc

@testable import Sockets

/// The descriptor of which messages bring duplicates.
private let nothing = open("/dev/null", O_RDONLY | O_CLOEXEC)

/// Whether a message makes owners of descriptors (SCM_RIGHTS, SCM_PIDFD).
private func namesDescriptors(_ message: ControlMessageBuffer.Message) -> Bool {
    message.level == SOL_SOCKET && (message.type == 1 || message.type == 4)
}

@inline(never) private func decode(_ message: ControlMessageBuffer.Message) {
    for one in ControlMessage.decode(message) {
        if case .other(let level, let type, let bytes) = one {
            check(level == message.level && type == message.type && bytes == message.bytes, "changed")
        }
        check(!"\(one)".isEmpty, "no text")
        if case .extendedError(let error) = one {
            if let numbers = error.completedSends { check(numbers.lowerBound <= numbers.upperBound, "range") }
            check(!error.description.isEmpty, "no text")
        }
        if case .descriptors(let owners) = one {
            check(owners.count == message.bytes.count / 4, "\(owners.count) owners")
            // One that is taken is no longer its owner's.
            if let first = owners.first?.take() { close(first.rawValue) }
        }
    }
}

/// Decodes a message of the kernel, which has made the descriptors that it names: they are all closed with it.
private func receive(_ message: ControlMessageBuffer.Message) {
    guard namesDescriptors(message), let first = message.bytes.first else { return decode(message) }
    var message = message
    let count = message.type == 1 ? message.bytes.count / 4 : min(1, message.bytes.count / 4)
    var numbers: [CInt] = []
    for index in 0..<count {
        var number: CInt
        if first & 1 == 0 {
            number = fcntl(nothing, F_DUPFD_CLOEXEC, 0)
            numbers.append(number)
        } else {
            // Below zero, or more than any process can have: nobody's.
            number = CInt(bitPattern: UInt32(message.bytes[4 * index + 3]) << 24) | 0x4000_0000
        }
        withUnsafeBytes(of: &number) { message.bytes.replaceSubrange(4 * index..<4 * index + 4, with: $0) }
    }
    decode(message)
    for number in numbers { check(fcntl(number, F_GETFD) < 0, "descriptor \(number) is left") }
}

/// Takes one input of the fuzzer: a level, a type, and the bytes.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ pointer: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = UnsafeBufferPointer(start: pointer, count: count)
    guard count >= 2 else { return 0 }
    let levels: [CInt] = [SOL_SOCKET, 0, 41, 17, 263, 270, 6, 279]
    receive(
        ControlMessageBuffer.Message(
            level: levels[Int(bytes[0] & 7)], type: CInt(bytes[1]), bytes: Array(bytes.dropFirst(2))))
    // The same bytes as a whole control part, whose lengths are the fuzzer's.
    var buffer = ControlMessageBuffer(capacity: count)
    buffer.withHeader { header in
        if let memory = header.pointee.msg_control, let pointer {
            memory.copyMemory(from: pointer, byteCount: min(count, header.pointee.msg_controllen))
        }
    }
    for message in buffer.messages() {
        check(message.bytes.count <= count, "more bytes than there are")
        receive(message)
    }
    return 0
}
