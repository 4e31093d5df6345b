/// Rows of text in columns that stand under each other.
struct Table {
    private var rows: [[String]]

    /// Begins a table with the titles of its columns, or without.
    init(_ titles: String...) { rows = titles.isEmpty ? [] : [titles] }

    /// Adds a row.
    mutating func add(_ cells: [String]) { rows.append(cells) }

    /// The lines, without spaces at their ends.
    var lines: [String] {
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in
            rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
        }
        return rows.map { row in
            var line = ""
            for (cell, width) in zip(row, widths) {
                line += cell + String(repeating: " ", count: width - cell.count + 2)
            }
            while line.last == " " { line.removeLast() }
            return line
        }
    }

    /// Prints the lines.
    func print() throws {
        for line in lines { try Console.print(line) }
    }
}
