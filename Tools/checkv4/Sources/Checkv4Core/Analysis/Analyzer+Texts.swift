/// The rules about calls that read and write the text of addresses, and about comparing texts.
extension Analyzer {
    mutating func visitText(_ index: Int) {
        guard source.language != .config, source.language != .sql, source.language != .shell else { return }
        let word = word(index)
        switch word {
        case .inet_addr, .inet_aton, .inet_network:
            guard isUsed(index) else { return }
            report(.txt01, index, partner: .words([.inet_pton]), fix: word == .inet_aton ? ptonFix(index) : nil)
        case .inet_ntoa, .inet_ntoa_r:
            guard isUsed(index) else { return }
            report(.txt02, index, partner: .words([.inet_ntop, .getnameinfo]))
        case .inet_pton, .inet_ntop, .InetPton, .InetPtonA, .InetPtonW, .InetNtop, .InetNtopA, .InetNtopW:
            guard isUsed(index), let first = arguments(index + 1).first,
                let family = first.first(where: { self.word($0) == .AF_INET || self.word($0) == .PF_INET })
            else { return }
            report(.txt03, index, family, partner: .ipv6, subject: "\(text(index))(AF_INET)")
        case .inet_makeaddr, .inet_lnaof, .inet_netof, .IN_CLASSA, .IN_CLASSB, .IN_CLASSC, .IN_CLASSD, .IN_MULTICAST,
            .IN_EXPERIMENTAL, .IN_BADCLASS, .IN_LOOPBACK:
            guard isOp(index + 1, Op.openParen), !isDeclaration(index), !self[index].flags.contains(.inDirective) else {
                return
            }
            report(.txt04, index, partner: .ipv6)
        case .NIPQUAD, .HIPQUAD:
            guard !self[index].flags.contains(.inDirective) else { return }
            report(.txt05, index, partner: .ipv6)
        case .Ipv4Addr, .SocketAddrV4, .Ipv4Net:
            guard source.language == .rust, !isImportLine(index) else { return }
            report(.txt03, index, partner: .words([.IpAddr]))
        case .IPv4Address, .IPv4Network, .IPv4Interface:
            guard source.language == .swift || source.language == .python, isOp(index + 1, Op.openParen),
                !isDeclaration(index)
            else { return }
            report(
                .txt03, index, partner: .words([.ip_address, .ip_network, .ip_interface]),
                subject: "\(text(index))(…)"
            )
        case .Inet4Address:
            guard source.language == .java, !isImportLine(index) else { return }
            report(.fam05, index, partner: .ipv6)
        default:
            break
        }
    }

    func isImportLine(_ index: Int) -> Bool {
        var position = index
        while position > 0, index - position < 24 {
            position -= 1
            if isText(position, "use") || isText(position, "import") { return true }
            if isOp(position, Op.semicolon) || isOp(position, Op.openParen) { return false }
        }
        return false
    }

    /// `inet_pton(AF_INET, text, address)`: strict, and one word from taking both families.
    func ptonFix(_ index: Int) -> Fix? {
        guard isOp(index + 1, Op.openParen) else { return nil }
        let parts = arguments(index + 1)
        let open = Int(self[index + 1].end)
        if source.language == .python, parts.count == 1 {
            let qualifier = isOp(index - 1, Op.dot) ? text(index - 2) + "." : ""
            return Fix(
                isSafe: false, title: "parse strictly, by family",
                edits: [
                    .init(range: byteRange(index, index), text: "inet_pton"),
                    .init(range: open..<open, text: "\(qualifier)AF_INET, "),
                ]
            )
        }
        guard source.language.isCFamily || source.language == .swift, parts.count == 2 else { return nil }
        return Fix(
            isSafe: false, title: "parse strictly, by family",
            edits: [
                .init(range: byteRange(index, index), text: "inet_pton"),
                .init(range: open..<open, text: "AF_INET, "),
            ]
        )
    }

    // MARK: Comparisons

    mutating func visitComparison(_ index: Int) {
        guard source.language.isCFamily, isOp(index + 1, Op.openParen) else { return }
        let parts = arguments(index + 1)
        guard parts.count >= 2 else { return }
        // Two names of IP addresses; a literal is found by its own text.
        guard parts[0].count <= 6, parts[1].count <= 6, !parts[0].contains(where: { self[$0].kind == .string }),
            !parts[1].contains(where: { self[$0].kind == .string })
        else { return }
        guard expressionKind(parts[0]).contains(.ip), expressionKind(parts[1]).contains(.ip) else { return }
        report(.txt08, index, subject: text(index), confidence: .low)
    }
}
