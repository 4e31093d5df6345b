/// One token of a source, by its place in the bytes.
struct Token: Sendable {
    enum Kind: UInt8, Sendable {
        case identifier, number, string, character, regex, punctuation
        /// The end of a logical line, in the languages where that means something, and of a preprocessor line.
        case newline
        /// The word after `#` of a preprocessor line, with the mark itself.
        case directive
    }

    struct Flags: OptionSet, Sendable {
        let rawValue: UInt16
        /// In a preprocessor line.
        static let inDirective = Flags(rawValue: 1 << 0)
        /// In the condition of `#if`, `#ifdef`, … or in an include: names there are looked at, not used.
        static let isCondition = Flags(rawValue: 1 << 1)
        /// A part of an interpolated string.
        static let isSegment = Flags(rawValue: 1 << 2)
        /// Not the first part of an interpolated string.
        static let continues = Flags(rawValue: 1 << 3)
        /// Not the last part of an interpolated string.
        static let isContinued = Flags(rawValue: 1 << 4)
        /// The string's bytes mean themselves: no escapes.
        static let isRaw = Flags(rawValue: 1 << 5)
        /// The name of a declaration, not a use (known from the tree, or from the shape in C).
        static let isDeclared = Flags(rawValue: 1 << 6)
        /// Stands where a type is expected (Swift).
        static let isType = Flags(rawValue: 1 << 7)
        /// The label of an argument or parameter (Swift).
        static let isLabel = Flags(rawValue: 1 << 8)
        /// What is called (Swift).
        static let isCallee = Flags(rawValue: 1 << 9)
        /// In an import.
        static let isImport = Flags(rawValue: 1 << 10)
        /// The string holds a digit.
        static let hasDigit = Flags(rawValue: 1 << 11)
        /// The string holds a colon.
        static let hasColon = Flags(rawValue: 1 << 12)
        /// The string holds a full stop.
        static let hasDot = Flags(rawValue: 1 << 13)
        /// A string that is documentation (Python's docstring): its text is prose.
        static let isProse = Flags(rawValue: 1 << 14)
    }

    /// The first byte.
    var start: UInt32
    /// One past the last byte.
    var end: UInt32
    /// The token of the other bracket, -1 where there is none.
    var match: Int32 = -1
    var kind: Kind
    /// How many bytes of a string stand before its content.
    var prefix: UInt8 = 0
    /// How many bytes of a string stand after its content.
    var suffix: UInt8 = 0
    /// The first two characters of a punctuation mark, the first in the low byte.
    var op: UInt16 = 0
    /// The known word that this identifier is.
    var word: Word = .none
    var flags: Flags = []
}

/// The punctuation marks that rules ask for.
enum Op {
    static let openParen = UInt16(UInt8(ascii: "("))
    static let closeParen = UInt16(UInt8(ascii: ")"))
    static let openBracket = UInt16(UInt8(ascii: "["))
    static let closeBracket = UInt16(UInt8(ascii: "]"))
    static let openBrace = UInt16(UInt8(ascii: "{"))
    static let closeBrace = UInt16(UInt8(ascii: "}"))
    static let comma = UInt16(UInt8(ascii: ","))
    static let semicolon = UInt16(UInt8(ascii: ";"))
    static let colon = UInt16(UInt8(ascii: ":"))
    static let dot = UInt16(UInt8(ascii: "."))
    static let assign = UInt16(UInt8(ascii: "="))
    static let star = UInt16(UInt8(ascii: "*"))
    static let ampersand = UInt16(UInt8(ascii: "&"))
    static let pipe = UInt16(UInt8(ascii: "|"))
    static let plus = UInt16(UInt8(ascii: "+"))
    static let minus = UInt16(UInt8(ascii: "-"))
    static let percent = UInt16(UInt8(ascii: "%"))
    static let less = UInt16(UInt8(ascii: "<"))
    static let greater = UInt16(UInt8(ascii: ">"))
    static let question = UInt16(UInt8(ascii: "?"))
    static let bang = UInt16(UInt8(ascii: "!"))
    static let arrow = two("-", ">")
    static let equal = two("=", "=")
    static let notEqual = two("!", "=")
    static let define = two(":", "=")
    static let scope = two(":", ":")
    static let shiftLeft = two("<", "<")
    static let andAssign = two("&", "=")
    static let plusAssign = two("+", "=")
    /// The start and the end of an expression inside a string.
    static let openInterpolation: UInt16 = 1
    static let closeInterpolation: UInt16 = 2

    static func two(_ first: Unicode.Scalar, _ second: Unicode.Scalar) -> UInt16 {
        UInt16(truncatingIfNeeded: first.value) | UInt16(truncatingIfNeeded: second.value) << 8
    }
}

/// What a lexer found in a file.
struct TokenList: Sendable {
    var tokens: [Token] = []
    /// Where each comment stands, for the ignore comments.
    var comments: [Range<Int>] = []
    /// The functions: from the first token of the body's bracket to the last; never overlapping, in order.
    var functions: [Range<Int>] = []
    /// What is wrong with the text, such as a string without an end.
    var problems: [LexicalProblem] = []
    /// The token of every known word, string, regular expression and wide number: what rules start from.
    var points: [Int32] = []
}

/// A place where a text does not follow its language.
public struct LexicalProblem: Sendable, Hashable {
    /// The byte where it starts.
    public var offset: Int
    /// What it is, as the end of a sentence.
    public var text: String
    /// Whether what follows may have been misread.
    var isFatal = true
}
