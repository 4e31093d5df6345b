// Packet filters: what the assembler lets through has every jump where the label stands, and the kernel takes it.

import Glibc
import SystemPackage

@testable import Sockets

private let socket: Socket = {
    do { return try Socket.pair().0 } catch { fatalError("\(error)") }
}()

/// What was asked for: where each label stands, and the labels of each jump.
private struct Model {
    var places: [Int?] = []
    var jumps: [(step: Int, ifTrue: Int?, ifFalse: Int?, isLong: Bool)] = []
    var count = 0
    var isPlacedTwice = false

    /// Whether each label stands in one place, and the jumps can be: forward, to an instruction, and not too far.
    var isValid: Bool {
        (1...4_096).contains(count) && !isPlacedTwice
            && jumps.allSatisfy { jump in
                [jump.ifTrue, jump.ifFalse].allSatisfy { label in
                    guard let label else { return true }
                    guard let place = places[label] else { return false }
                    let distance = place - jump.step - 1
                    return place < count && distance >= 0 && (jump.isLong || distance <= 255)
                }
            }
    }

    func distance(_ step: Int, _ label: Int?) -> Int { label.flatMap { places[$0] }.map { $0 - step - 1 } ?? 0 }
}

/// Takes one input of the fuzzer: operations, each with an operand.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ pointer: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = UnsafeBufferPointer(start: pointer, count: count)
    var (program, model) = (FilterProgram(), Model())
    let labels = (0..<8).map { _ in program.label() }
    model.places = Array(repeating: nil, count: 8)
    let conditions: [FilterProgram.Condition] = [.equal, .greater, .greaterOrEqual, .anyBit]
    let arithmetic: [FilterProgram.Arithmetic] = [
        .add, .subtract, .multiply, .divide, .or, .and, .shiftLeft, .shiftRight, .remainder, .xor,
    ]
    let widths: [FilterProgram.Width] = [.byte, .half, .word]
    for index in stride(from: 0, to: count - 1, by: 2) {
        let (operation, operand) = (bytes[index], UInt32(bytes[index + 1]))
        let (first, second) = (Int(operand & 7), Int(operand >> 3 & 7))
        var steps = 1
        switch operation % 20 {
        case 0:
            program.place(labels[first])
            if model.places[first] != nil { model.isPlacedTwice = true }
            model.places[first] = model.count
            steps = 0
        case 1, 2:
            program.jump(
                if: conditions[Int(operation >> 6)], operand, to: labels[first],
                else: operation & 32 == 0 ? labels[second] : nil)
            model.jumps.append((model.count, first, operation & 32 == 0 ? second : nil, false))
        case 3:
            program.jump(to: labels[first])
            model.jumps.append((model.count, first, nil, true))
        case 4: program.load(widths[first % 3], at: operand, indexed: operation > 128)
        case 5: program.loadNetwork(widths[first % 3], at: operand)
        case 6: program.load(FilterProgram.Fact.vlanTag)
        case 7: program.load(constant: operand)
        case 8: program.loadLength()
        case 9: program.store(memory: operand & 15)
        case 10: program.loadIndex(constant: operand)
        case 11: program.loadIndex(lengthOfIPv4HeaderAt: operand)
        case 12: program.copyToIndex()
        case 13: program.copyFromIndex()
        // No division by zero, no shift of a word out of itself: those are the kernel's to refuse.
        case 14: program.calculate(arithmetic[Int(operation >> 4) % 10], operand & 31 | 1)
        case 15: program.calculateWithIndex(arithmetic[Int(operation >> 4) % 10])
        case 16: program.accept(operand)
        case 17: program.acceptAccumulator()
        case 18: program.drop()
        default:
            // Something to jump over.
            for _ in 0..<operand { program.loadLength() }
            steps = Int(operand)
        }
        model.count += steps
    }
    // A label at the end stands before this one.
    program.accept()
    model.count += 1
    do throws(SocketError) {
        let instructions = try program.instructions()
        check(model.isValid, "a program that cannot be was assembled")
        check(instructions.count == model.count, "\(instructions.count) instructions of \(model.count)")
        for jump in model.jumps {
            let instruction = instructions[jump.step]
            if jump.isLong {
                check(Int(instruction.operand) == model.distance(jump.step, jump.ifTrue), "a jump elsewhere")
            } else {
                check(Int(instruction.jumpIfTrue) == model.distance(jump.step, jump.ifTrue), "a jump elsewhere")
                check(Int(instruction.jumpIfFalse) == model.distance(jump.step, jump.ifFalse), "a jump elsewhere")
            }
        }
        do throws(SocketError) {
            try socket.set(.attachFilter, instructions)
        } catch {
            // Long programs need more memory than a socket may have beside its packets.
            check(error.errno == .noMemory && instructions.count > 500, "the kernel refuses it: \(error)")
        }
    } catch {
        check(!model.isValid && error.code == .invalidArgument, "\(error)")
    }
    return 0
}
