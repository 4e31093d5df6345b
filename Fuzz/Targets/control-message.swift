// Control messages: hostile bytes in the place of the kernel's, laid out by themselves and in the C library's headers.

import Glibc

@testable import Sockets

/// Whether a message would make owners of descriptors that are this process's own.
private func namesDescriptors(_ message: ControlMessageBuffer.Message) -> Bool {
    message.level == SOL_SOCKET && (message.type == 1 || message.type == 4)
}

private func decode(_ message: ControlMessageBuffer.Message) {
    if namesDescriptors(message) {
        // Numbers that no descriptor has; closing them does nothing.
        guard message.bytes.count < 4 else { return }
    }
    for one in ControlMessage.decode(message) {
        if case .other(let level, let type, let bytes) = one {
            check(level == message.level && type == message.type && bytes == message.bytes, "changed")
        }
        check(!"\(one)".isEmpty, "no text")
        if case .extendedError(let error) = one {
            if let numbers = error.completedSends { check(numbers.lowerBound <= numbers.upperBound, "range") }
            check(!error.description.isEmpty, "no text")
        }
    }
}

/// Takes one input of the fuzzer: a level, a type, and the bytes.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ pointer: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = UnsafeBufferPointer(start: pointer, count: count)
    guard count >= 2 else { return 0 }
    let levels: [CInt] = [SOL_SOCKET, 0, 41, 17, 263, 270, 6, 279]
    decode(
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
        decode(message)
    }
    return 0
}
