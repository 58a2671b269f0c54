import QueryEngine
import Testing

/// What stands between the values of a row's object.
@Suite struct RowLayoutTests {
    @Test("commas, groups and braces stand before the value that follows them")
    func literals() {
        let layout = RowLayout([
            .cell(key: Array("\"id\":".utf8), cell: 0, encoder: .raw),
            .group(
                key: Array("\"count\":".utf8),
                [
                    .cell(key: Array("\"id\":".utf8), cell: 1, encoder: .raw), .cell(key: Array("\"title\":".utf8), cell: 2, encoder: .raw),
                ]),
            .group(key: Array("\"sum\":".utf8), []),
            .list(key: Array("\"tags\":".utf8), keyCell: 3, maskCell: nil, child: 0),
        ])
        #expect(text(layout) == "{\"id\":#,\"count\":{\"id\":#,\"title\":#},\"sum\":{},\"tags\":#}")
    }

    @Test("an object without members")
    func empty() {
        #expect(text(RowLayout([])) == "{}")
    }

    @Test("a group at the end")
    func groupAtEnd() {
        let layout = RowLayout([.group(key: Array("\"min\":".utf8), [.cell(key: Array("\"id\":".utf8), cell: 0, encoder: .raw)])])
        #expect(text(layout) == "{\"min\":{\"id\":#}}")
    }

    /// `#` = a value.
    private func text(_ layout: RowLayout) -> String {
        withExtendedLifetime(layout) {
            layout.steps.reduce("") { $0 + String(decoding: $1.before, as: UTF8.self) + "#" } + String(decoding: layout.end, as: UTF8.self)
        }
    }
}
