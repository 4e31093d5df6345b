import Foundation

/// The public declarations of Swift sources, by a small scanner: enough to know whether a name exists.
///
/// Names are as DocC writes them: `Socket/send(_:flags:)`, and each of them also without its labels.
struct PublicNames {
    /// All names, with their types and, for functions, once with labels and once without.
    private(set) var paths: Set<String> = []
    /// All labels of parameters.
    private(set) var labels: Set<String> = []
    /// What the alias of a C name stands for: `SO_REUSEADDR` for `SocketOption/reuseAddress`, and others with the same name.
    private(set) var aliases: [String: Set<String>] = [:]

    /// Scans all Swift files below a folder.
    init(of folder: URL) throws {
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
        for case let file as URL in files ?? .init() where file.pathExtension == "swift" {
            scan(try String(contentsOf: file, encoding: .utf8))
        }
    }

    /// Scans one text.
    init(source: String) { scan(source) }

    /// Whether a link of DocC, perhaps with what distinguishes it from its namesakes, leads to a declaration.
    func contains(_ link: some StringProtocol) -> Bool {
        paths.contains(String(link.prefix { $0 != "-" }))
    }

    /// Whether a function or an initializer is called so, with these labels among others, in this order.
    func canCall(_ name: String, _ wanted: [String]) -> Bool {
        paths.contains { path in
            guard let open = path.firstIndex(of: "("), path.last == ")" else { return false }
            let base = path[..<open]
            guard base.hasSuffix("/\(name)") || base == name || base.hasSuffix("\(name)/init") else { return false }
            var rest = path[path.index(after: open)...].dropLast().split(separator: ":").map(String.init)[...]
            for label in wanted {
                guard let index = rest.firstIndex(of: label) else { return false }
                rest = rest[(index + 1)...]
            }
            return true
        }
    }

    // MARK: Scanning

    /// What a brace has opened.
    private struct Scope {
        /// The type whose members stand here; nil inside bodies.
        var type: String?
        /// Whether members are public without saying so: in protocols and public extensions.
        var isPublic = false
        /// Whether `case` declares: in public enumerations.
        var isEnumeration = false
    }

    private mutating func scan(_ source: String) {
        let tokens = Self.tokens(of: source)
        var scopes = [Scope(type: "")]
        var next = Scope(type: nil)
        var isPublic = false
        var index = 0
        func token(_ at: Int) -> String { at < tokens.count ? tokens[at] : "" }
        func name(_ at: Int, in scope: Scope) -> String {
            scope.type == "" ? token(at) : "\(scope.type ?? "")/\(token(at))"
        }
        while index < tokens.count {
            let scope = scopes.last ?? Scope(type: nil)
            defer { index += 1 }
            switch tokens[index] {
            case "{":
                scopes.append(next)
                next = Scope(type: nil)
                isPublic = false
            case "}":
                if scopes.count > 1 { scopes.removeLast() }
                isPublic = false
            case _ where scope.type == nil: continue
            case "public", "open": isPublic = true
            case "import": isPublic = false
            case "extension":
                var path = token(index + 1)
                while token(index + 2) == "." {
                    path += "/" + token(index + 3)
                    index += 2
                }
                next = Scope(type: path, isPublic: isPublic)
                isPublic = false
            case let keyword where ["struct", "class", "enum", "protocol", "actor"].contains(keyword):
                if ["func", "var", "let"].contains(token(index + 1)) { continue }
                let isVisible = isPublic || scope.isPublic
                let path = name(index + 1, in: scope)
                if isVisible { paths.insert(path) }
                next = Scope(
                    type: path, isPublic: isVisible && keyword == "protocol",
                    isEnumeration: isVisible && keyword == "enum")
                isPublic = false
                index += 1
            case let keyword where ["var", "let", "typealias", "associatedtype"].contains(keyword):
                let path = name(index + 1, in: scope)
                if isPublic || scope.isPublic { paths.insert(path) }
                isPublic = false
                index += 1
            case let keyword where keyword == "func" || keyword == "init":
                if keyword == "init", token(index - 1) == "." { continue }
                let base = keyword == "func" ? index + 1 : index
                let (labels, end) = Self.labels(tokens, after: base)
                if isPublic || scope.isPublic { add(name(base, in: scope), labels) }
                isPublic = false
                index = end
            case "case" where scope.isEnumeration:
                var isLast = false
                while !isLast {
                    index += 1
                    let base = index
                    paths.insert(name(base, in: scope))
                    if token(index + 1) == "(" {
                        let (labels, end) = Self.labels(tokens, after: base, unlabelled: true)
                        add(name(base, in: scope), labels)
                        index = end
                    }
                    isLast = token(index + 1) != ","
                    if !isLast { index += 1 }
                }
            default: continue
            }
        }
        for match in source.matches(
            of: /renamed: "(?<ours>\w+)[^"]*"\)\s*public static (?:var|let|func) (?<c>[A-Z]\w+)/)
        {
            aliases[String(match.output.c), default: []].insert(String(match.output.ours))
        }
    }

    private mutating func add(_ path: String, _ labels: [String]) {
        paths.insert(path)
        paths.insert("\(path)(\(labels.map { "\($0):" }.joined()))")
        self.labels.formUnion(labels)
    }

    /// The labels of the parameter list that follows a name, and the place of its closing parenthesis.
    private static func labels(
        _ tokens: [String], after name: Int, unlabelled: Bool = false
    ) -> (labels: [String], end: Int) {
        var index = name + 1
        var angles = 0
        while index < tokens.count, tokens[index] != "(" || angles > 0 {
            if tokens[index] == "<" { angles += 1 }
            if tokens[index] == ">" { angles -= 1 }
            index += 1
        }
        var labels: [String] = []
        var depth = 0
        var isStart = false
        while index < tokens.count {
            let token = tokens[index]
            switch token {
            case "(", "[", "{":
                depth += 1
                if depth == 1 {
                    isStart = true
                    index += 1
                    continue
                }
            case "<": depth += 1
            case ">" where tokens[index - 1] != "-": depth -= 1
            case ")", "]", "}":
                depth -= 1
                if depth == 0 { return (labels, index) }
            case "," where depth == 1:
                isStart = true
                index += 1
                continue
            default: break
            }
            if isStart {
                // The value of a case may have no label.
                labels.append(unlabelled && index + 1 < tokens.count && tokens[index + 1] != ":" ? "_" : token)
            }
            isStart = false
            index += 1
        }
        return (labels, index)
    }

    /// The words and signs of a source, without comments and literal text.
    private static func tokens(of source: String) -> [String] {
        let bytes = Array(source.utf8)
        var tokens: [String] = []
        var index = 0
        func at(_ offset: Int) -> UInt8 { index + offset < bytes.count ? bytes[index + offset] : 0 }
        func isWord(_ byte: UInt8) -> Bool {
            byte == UInt8(ascii: "_") || byte >= 0x80 || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
                || UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20
        }
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "/"), at(1) == byte {
                while index < bytes.count, bytes[index] != 10 { index += 1 }
            } else if byte == UInt8(ascii: "/"), at(1) == UInt8(ascii: "*") {
                index += 2
                while index < bytes.count, at(0) != UInt8(ascii: "*") || at(1) != UInt8(ascii: "/") { index += 1 }
                index += 2
            } else if byte == UInt8(ascii: "\"") {
                let length = at(1) == byte && at(2) == byte ? 3 : 1
                index += length
                while index < bytes.count {
                    if at(0) == UInt8(ascii: "\\") {
                        index += 2
                    } else if (0..<length).allSatisfy({ at($0) == byte }) {
                        index += length
                        break
                    } else {
                        index += 1
                    }
                }
            } else if isWord(byte) {
                let start = index
                while index < bytes.count, isWord(bytes[index]) { index += 1 }
                tokens.append(String(decoding: bytes[start..<index], as: UTF8.self))
            } else {
                if byte == UInt8(ascii: "<"), at(1) == byte {
                    tokens.append("<<")
                    index += 1
                } else if byte > 32, byte != UInt8(ascii: "`") {
                    tokens.append(String(decoding: [byte], as: UTF8.self))
                }
                index += 1
            }
        }
        return tokens
    }
}
