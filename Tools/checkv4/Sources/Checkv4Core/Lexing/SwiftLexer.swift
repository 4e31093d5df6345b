import SwiftParser
import SwiftSyntax

/// Turns the syntax tree of a Swift source into the tokens that rules read, marked with what only the tree knows: which
/// names are types, labels, declarations or called, which text is inside a literal, where functions start and end.
struct SwiftLexer {
    /// The tokens of a text.
    static func tokens(of source: [UInt8]) -> TokenList {
        // The parser looks ahead by recursion, without a limit of its own.
        if let place = SwiftDepth.firstTooDeep(in: source.span) {
            var list = TokenList()
            list.problems = [LexicalProblem(offset: place, text: "the source nests too deeply: it was not read")]
            return list
        }
        let tree = source.withUnsafeBufferPointer { Parser.parse(source: $0) }
        let walker = SwiftTokenWalker(source: source)
        walker.walk(tree)
        return walker.finish()
    }
}

private final class SwiftTokenWalker: SyntaxVisitor {
    private let source: [UInt8]
    private var builder: TokenBuilder
    private var functions: [Range<Int>] = []
    private var functionDepth = 0
    private var functionStart = 0
    private var importDepth = 0
    /// The end of the token before: comments stand between it and the next.
    private var gapStart = 0

    init(source: [UInt8]) {
        self.source = source
        builder = TokenBuilder(byteCount: source.count)
        super.init(viewMode: .sourceAccurate)
    }

    func finish() -> TokenList {
        var list = builder.finish()
        list.functions = functions
        return list
    }

    // MARK: Functions

    private func enterFunction() -> SyntaxVisitorContinueKind {
        if functionDepth == 0 { functionStart = builder.count }
        functionDepth += 1
        return .visitChildren
    }

    private func leaveFunction() {
        functionDepth -= 1
        if functionDepth == 0, builder.count > functionStart { functions.append(functionStart..<builder.count) }
    }

    override func visit(_ node: FunctionDeclSyntax) -> SyntaxVisitorContinueKind { enterFunction() }
    override func visitPost(_ node: FunctionDeclSyntax) { leaveFunction() }
    override func visit(_ node: InitializerDeclSyntax) -> SyntaxVisitorContinueKind { enterFunction() }
    override func visitPost(_ node: InitializerDeclSyntax) { leaveFunction() }
    override func visit(_ node: DeinitializerDeclSyntax) -> SyntaxVisitorContinueKind { enterFunction() }
    override func visitPost(_ node: DeinitializerDeclSyntax) { leaveFunction() }
    override func visit(_ node: AccessorBlockSyntax) -> SyntaxVisitorContinueKind { enterFunction() }
    override func visitPost(_ node: AccessorBlockSyntax) { leaveFunction() }
    override func visit(_ node: ClosureExprSyntax) -> SyntaxVisitorContinueKind { enterFunction() }
    override func visitPost(_ node: ClosureExprSyntax) { leaveFunction() }

    // MARK: Chains

    /// How deep `a.b().c…` may nest before the walk, which recurses, passes over the rest.
    private static let deepest = 4000
    private var chainDepth = 0

    private func enterChain(_ node: some SyntaxProtocol) -> SyntaxVisitorContinueKind {
        chainDepth += 1
        guard chainDepth > Self.deepest else { return .visitChildren }
        builder.problem(
            node.positionAfterSkippingLeadingTrivia.utf8Offset,
            "the expression nests too deeply: its inside was not read"
        )
        return .skipChildren
    }

    override func visit(_ node: MemberAccessExprSyntax) -> SyntaxVisitorContinueKind { enterChain(node) }
    override func visitPost(_ node: MemberAccessExprSyntax) { chainDepth -= 1 }
    override func visit(_ node: FunctionCallExprSyntax) -> SyntaxVisitorContinueKind { enterChain(node) }
    override func visitPost(_ node: FunctionCallExprSyntax) { chainDepth -= 1 }
    override func visit(_ node: SubscriptCallExprSyntax) -> SyntaxVisitorContinueKind { enterChain(node) }
    override func visitPost(_ node: SubscriptCallExprSyntax) { chainDepth -= 1 }
    override func visit(_ node: OptionalChainingExprSyntax) -> SyntaxVisitorContinueKind { enterChain(node) }
    override func visitPost(_ node: OptionalChainingExprSyntax) { chainDepth -= 1 }
    override func visit(_ node: ForceUnwrapExprSyntax) -> SyntaxVisitorContinueKind { enterChain(node) }
    override func visitPost(_ node: ForceUnwrapExprSyntax) { chainDepth -= 1 }
    override func visit(_ node: PostfixOperatorExprSyntax) -> SyntaxVisitorContinueKind { enterChain(node) }
    override func visitPost(_ node: PostfixOperatorExprSyntax) { chainDepth -= 1 }
    override func visit(_ node: GenericSpecializationExprSyntax) -> SyntaxVisitorContinueKind { enterChain(node) }
    override func visitPost(_ node: GenericSpecializationExprSyntax) { chainDepth -= 1 }
    override func visit(_ node: MemberTypeSyntax) -> SyntaxVisitorContinueKind { enterChain(node) }
    override func visitPost(_ node: MemberTypeSyntax) { chainDepth -= 1 }
    override func visit(_ node: OptionalTypeSyntax) -> SyntaxVisitorContinueKind { enterChain(node) }
    override func visitPost(_ node: OptionalTypeSyntax) { chainDepth -= 1 }
    override func visit(_ node: PostfixIfConfigExprSyntax) -> SyntaxVisitorContinueKind { enterChain(node) }
    override func visitPost(_ node: PostfixIfConfigExprSyntax) { chainDepth -= 1 }

    override func visit(_ node: ImportDeclSyntax) -> SyntaxVisitorContinueKind {
        importDepth += 1
        return .visitChildren
    }
    override func visitPost(_ node: ImportDeclSyntax) { importDepth -= 1 }

    // MARK: Strings

    override func visit(_ node: StringLiteralExprSyntax) -> SyntaxVisitorContinueKind {
        let source = self.source
        let bytes = source.span
        let start = node.positionAfterSkippingLeadingTrivia.utf8Offset
        let end = node.endPositionBeforeTrailingTrivia.utf8Offset
        let opening = (node.openingPounds?.text.utf8.count ?? 0) + node.openingQuote.text.utf8.count
        let closing = (node.closingPounds?.text.utf8.count ?? 0) + node.closingQuote.text.utf8.count
        let raw: Token.Flags = node.openingPounds == nil ? [] : .isRaw
        readGap(upTo: start)
        defer { gapStart = max(gapStart, end) }
        if node.closingQuote.presence == .missing { builder.problem(start, "the string has no end") }
        let isInterpolated = node.segments.contains { $0.is(ExpressionSegmentSyntax.self) }
        guard isInterpolated else {
            builder.addString(
                bytes, start, max(start, end), prefix: opening,
                suffix: node.closingQuote.presence == .missing ? 0 : closing, flags: raw
            )
            return .skipChildren
        }
        var segment = start
        var prefix = opening
        var flags: Token.Flags = raw.union(.isSegment)
        for part in node.segments {
            guard let expression = part.as(ExpressionSegmentSyntax.self) else { continue }
            let open = expression.positionAfterSkippingLeadingTrivia.utf8Offset
            let close = expression.endPositionBeforeTrailingTrivia.utf8Offset
            let inner = expression.leftParen.endPositionBeforeTrailingTrivia.utf8Offset
            builder.addString(bytes, segment, open, prefix: prefix, suffix: 0, flags: flags.union(.isContinued))
            builder.addPunctuation(Op.openInterpolation, open, max(open, inner))
            gapStart = max(gapStart, inner)
            walk(expression.expressions)
            builder.addPunctuation(Op.closeInterpolation, max(inner, close - 1), max(inner, close))
            segment = max(inner, close)
            prefix = 0
            flags.insert(.continues)
        }
        builder.addString(
            bytes, segment, max(segment, end), prefix: prefix,
            suffix: node.closingQuote.presence == .missing ? 0 : closing, flags: flags
        )
        return .skipChildren
    }

    override func visit(_ node: RegexLiteralExprSyntax) -> SyntaxVisitorContinueKind {
        let start = node.positionAfterSkippingLeadingTrivia.utf8Offset
        let end = node.endPositionBeforeTrailingTrivia.utf8Offset
        let pounds = node.openingPounds?.text.utf8.count ?? 0
        readGap(upTo: start)
        gapStart = max(gapStart, end)
        let source = self.source
        builder.addString(
            source.span, start, max(start, end), prefix: pounds + 1, suffix: pounds + 1, kind: .regex, flags: .isRaw
        )
        return .skipChildren
    }

    // MARK: Tokens

    override func visit(_ token: TokenSyntax) -> SyntaxVisitorContinueKind {
        guard token.presence == .present else { return .skipChildren }
        let start = token.positionAfterSkippingLeadingTrivia.utf8Offset
        let end = token.endPositionBeforeTrailingTrivia.utf8Offset
        readGap(upTo: start)
        gapStart = max(gapStart, end)
        guard end > start, end <= source.count else { return .skipChildren }
        let source = self.source
        let bytes = source.span
        switch token.tokenKind {
        case .identifier, .dollarIdentifier, .keyword:
            var first = start
            var last = end
            if bytes[first] == 0x60, last - first > 2 {
                first += 1
                last -= 1
            }
            builder.addIdentifier(bytes, first, last, flags: flags(of: token))
        case .integerLiteral, .floatLiteral:
            builder.addNumber(bytes, start, end)
        case .endOfFile:
            break
        default:
            var op = UInt16(bytes[start])
            if end - start >= 2 { op |= UInt16(bytes[start + 1]) << 8 }
            builder.addPunctuation(op, start, end)
        }
        return .skipChildren
    }

    private func flags(of token: TokenSyntax) -> Token.Flags {
        if importDepth > 0 { return .isImport }
        guard let parent = token.parent else { return [] }
        switch parent.kind {
        case .identifierType, .memberType:
            return .isType
        case .labeledExpr:
            return .isLabel
        case .functionParameter, .enumCaseParameter, .closureParameter, .tupleTypeElement, .tuplePatternElement:
            return .isDeclared
        case .functionDecl, .structDecl, .classDecl, .enumDecl, .enumCaseElement, .protocolDecl, .typeAliasDecl,
            .actorDecl, .associatedTypeDecl, .identifierPattern:
            return .isDeclared
        case .declReferenceExpr:
            var node = parent
            if let outer = node.parent, outer.kind == .memberAccessExpr { node = outer }
            if let call = node.parent?.as(FunctionCallExprSyntax.self), call.calledExpression.id == node.id {
                return .isCallee
            }
            return []
        default:
            return []
        }
    }

    /// Remembers the comments between the token before and the byte where the next one starts.
    private func readGap(upTo start: Int) {
        let source = self.source
        let bytes = source.span
        let end = min(start, bytes.count)
        var index = gapStart
        while index + 1 < end {
            guard bytes[index] == 0x2F else {
                index &+= 1
                continue
            }
            let first = index
            if bytes[index + 1] == 0x2F {
                while index < end, bytes[index] != 0x0A { index &+= 1 }
                builder.list.comments.append(first..<index)
            } else if bytes[index + 1] == 0x2A {
                index = endOfBlockComment(bytes, index, end)
                builder.list.comments.append(first..<index)
            } else {
                index &+= 1
            }
        }
        gapStart = max(gapStart, end)
    }

    private func endOfBlockComment(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Int {
        var index = start + 2
        var depth = 1
        while index + 1 < end {
            if bytes[index] == 0x2A, bytes[index + 1] == 0x2F {
                depth -= 1
                index += 2
                if depth == 0 { return index }
            } else if bytes[index] == 0x2F, bytes[index + 1] == 0x2A {
                depth += 1
                index += 2
            } else {
                index &+= 1
            }
        }
        builder.problem(start, "the comment has no end")
        return end
    }
}
