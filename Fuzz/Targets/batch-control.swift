// The control part of a received datagram: the segment size that stands in it, and what is left of it for an answer.

import CSockets
import Glibc

@testable import Sockets

/// The messages that may go out with an answer.
private func checkAnswer(_ header: inout msghdr, room: Int, segment: CInt) {
    check(header.msg_controllen <= room, "more than there was room for")
    check((header.msg_control == nil) == (header.msg_controllen == 0), "a length of nothing")
    var kinds: [CInt] = []
    for message in ControlMessageBuffer.messages(of: &header) {
        switch (message.level, message.type) {
        case (0, 8):
            check(message.bytes.count == 12 && message.bytes[8...] == [0, 0, 0, 0], "packet information")
            let isLinkLocal = message.bytes[4...5] == [169, 254]
            check(isLinkLocal || message.bytes[..<4] == [0, 0, 0, 0], "an interface is left")
        case (41, 50):
            check(message.bytes.count == 20 && message.bytes[0] != 0xFF, "packet information")
            let isLinkLocal = message.bytes[0] == 0xFE && message.bytes[1] & 0xC0 == 0x80
            check(isLinkLocal || message.bytes[16...] == [0, 0, 0, 0], "an interface is left")
        case (17, 103):
            let size = message.bytes.native(UInt16.self, at: 0)
            check(message.bytes.count == 2 && size == UInt16(exactly: segment), "segment size")
        default: fatalError("level \(message.level), type \(message.type) would be sent")
        }
        kinds.append(message.level)
    }
    check(Set(kinds).count == kinds.count && !(kinds.contains(0) && kinds.contains(41)), "twice")
}

/// Takes one input of the fuzzer: what the kernel would have written.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ pointer: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    // No byte more than that, so that the address sanitizer sees a step beyond.
    guard let memory = malloc(max(1, count)) else { return 0 }
    defer { free(memory) }
    if let pointer { memory.copyMemory(from: pointer, byteCount: count) }
    var header = msghdr()
    header.msg_control = count == 0 ? nil : memory
    header.msg_controllen = count
    for message in ControlMessageBuffer.messages(of: &header) {
        check(message.bytes.count <= count, "more bytes than there are")
    }
    let segment = csockets_segment_size(&header)
    check(segment >= 0, "a size below zero")
    csockets_keep_reply_information(&header)
    checkAnswer(&header, room: count, segment: segment)
    // What was prepared stays as it is.
    let length = header.msg_controllen
    let kept = Array(UnsafeRawBufferPointer(start: memory, count: length))
    // Without the padding of the last message there may be no room for its size; a batch has whole words.
    check(csockets_segment_size(&header) == (segment > 0xFFFF ? 0 : segment) || count % 8 != 0, "another size")
    csockets_keep_reply_information(&header)
    check(header.msg_controllen == length, "another length")
    check(Array(UnsafeRawBufferPointer(start: memory, count: length)) == kept, "other bytes")
    return 0
}
