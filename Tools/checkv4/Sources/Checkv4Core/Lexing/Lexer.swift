/// Chooses the lexer of a language.
enum Lexer {
    /// The tokens of a source.
    static func tokens(of source: SourceText) -> TokenList {
        switch source.language {
        case .swift: SwiftLexer.tokens(of: source.bytes)
        case .python: PythonLexer.tokens(of: source.bytes.span)
        case .config, .sql, .shell:
            LineLexer.tokens(of: source.bytes.span, language: source.language, fileName: source.path)
        default: CLexer.tokens(of: source.bytes.span, language: source.language)
        }
    }
}
