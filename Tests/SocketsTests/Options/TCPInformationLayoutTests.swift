import Testing

@testable import Sockets

@Suite("The layout of what the kernel tells about TCP")
struct TCPInformationLayoutTests {
    @Test("What an older kernel does not give is nil, at every length")
    func lengths() throws {
        let all = [UInt8](repeating: 1, count: 280)
        for count in 0...280 {
            let information = TCPInformation(bytes: Array(all.prefix(count)))
            #expect((information != nil) == (count >= 104))
            guard let information else { continue }
            #expect(information.totalRetransmissions == 0x0101_0101)
            #expect((information.pacingRate != nil) == (count >= 112))
            #expect((information.bytesReceived != nil) == (count >= 136))
            #expect((information.minimumRoundTripTime != nil) == (count >= 152))
            #expect((information.sendWindow != nil) == (count >= 232))
            #expect((information.totalTimeouts != nil) == (count >= 242))
            #expect((information.totalTimeoutTime != nil) == (count >= 248))
        }
    }

    @Test("Largest values do not trap, and those that stand for none are nil")
    func largest() throws {
        let information = try #require(TCPInformation(bytes: [UInt8](repeating: 0xFF, count: 280)))
        #expect(information.pacingRate == nil)
        #expect(information.minimumRoundTripTime == nil)
        #expect(information.bytesSent == .max)
        #expect(information.roundTripTime == .microseconds(UInt32.max))
        #expect(information.busyTime != nil)
        #expect(information.state.description == "state 255")
        #expect(information.sendWindowScale == 15)
    }

    @Test("Durations are counted in the kernel's unit, rounded up")
    func units() {
        #expect(OptionTimeUnit.seconds.count(.nanoseconds(1)) == 1)
        #expect(OptionTimeUnit.seconds.count(.seconds(2)) == 2)
        #expect(OptionTimeUnit.milliseconds.count(.microseconds(1_001)) == 2)
        #expect(OptionTimeUnit.microseconds.count(Duration(secondsComponent: 0, attosecondsComponent: 1)) == 1)
        #expect(OptionTimeUnit.seconds.count(.milliseconds(-1_500)) == -1)
        #expect(OptionTimeUnit.microseconds.count(.seconds(Int64.max)) == nil)
        #expect(OptionTimeUnit.milliseconds.count(.seconds(Int64.min)) == nil)
    }

    @Test("Integers in bytes are read and written where they are, and nowhere else")
    func bytes() {
        #expect(OptionBytes.load(Int32.self, [0xFF, 0xFF, 0xFF, 0xFF], at: 0) == -1)
        #expect(OptionBytes.load(UInt16.self, [0, 1, 2], at: 2) == nil)
        #expect(OptionBytes.load(UInt8.self, [7], at: -1) == nil)
        #expect(OptionBytes.load(UInt8.self, [7], at: .max) == nil)
        #expect(OptionBytes.load(Int8.self, [0x80], at: 0) == -128)
        for value in [Int64.min, -1, 0, 1, .max] {
            #expect(OptionBytes.load(Int64.self, OptionBytes.store(value), at: 0) == value)
        }
        #expect(OptionBytes.store(UInt32(0x0102_0304).bigEndian) == [1, 2, 3, 4])
    }
}
