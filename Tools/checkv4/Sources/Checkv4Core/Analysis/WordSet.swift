/// A set of known words, as bits.
struct WordSet: Sendable {
    private var bits: [UInt64]

    init() {
        bits = [UInt64](repeating: 0, count: Word.allCases.count / 64 + 1)
    }

    init(_ words: [Word]) {
        self.init()
        for word in words { insert(word) }
    }

    mutating func insert(_ word: Word) {
        let value = Int(word.rawValue)
        bits[value / 64] |= 1 << UInt64(value % 64)
    }

    mutating func remove(_ word: Word) {
        let value = Int(word.rawValue)
        bits[value / 64] &= ~(1 << UInt64(value % 64))
    }

    func contains(_ word: Word) -> Bool {
        let value = Int(word.rawValue)
        return bits[value / 64] & (1 << UInt64(value % 64)) != 0
    }

    func intersects(_ other: WordSet) -> Bool {
        for index in bits.indices where bits[index] & other.bits[index] != 0 { return true }
        return false
    }
}
