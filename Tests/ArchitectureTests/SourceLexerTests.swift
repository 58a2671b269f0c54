import Testing

/// The reading of sources by itself.
@Suite struct SourceLexerTests {
    @Test func dividesCodeCommentsAndStrings() {
        let text = #"""
            package import A // import B
            /* import C /* nested */ import D */ import struct E.F
            let a = "import G \(h("x)", 1)) // no comment"
            let b = #"raw \(no) " quote"#
            let c = """
                SELECT "x" FROM y
                """
            try! z()
            """#
        let file = SourceFile(path: "x.swift", text: text)
        #expect(file.imports.map(\.module) == ["A", "E"])
        #expect(file.comments[0] == "// import B")
        #expect(file.literals.map(\.text).contains("import G \\() // no comment"))
        #expect(file.literals.map(\.text).contains("raw \\(no) \" quote"))
        #expect(file.lines(with: "try!") == [8])
        #expect(file.lines(with: "ry!") == [])
        #expect(file.code[2].contains("h("))
        #expect(!file.code[2].contains("comment"))
    }

    @Test(arguments: [
        ("SELECT 1", true), ("\n  SELECT x", true), ("INSERT INTO \\()", true), ("Select a file", false), ("select a from b", true),
        ("DELETE", false),
        ("Update the plan", false), ("update x set y = 1", true), (" ORDER BY \\()", true), ("WITH", false), ("no rows from there", false),
    ])
    func knowsSQL(text: String, isSQL: Bool) {
        #expect(StatementFiles.isSQL(text) == isSQL)
    }
}
