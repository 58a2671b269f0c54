/// A value for a placeholder, in PostgreSQL's text format.
package enum SQLBind: Sendable, Hashable {
    case null
    case text(String)
    case bytes([UInt8])
}

/// Where a placeholder's value comes from: fixed with the text, or given at each run.
package enum SQLBindSource: Sendable, Hashable {
    case value(SQLBind)
    case slot(Int)
}

/// A rendered text whose slots are still open. Cached with the plan; filled at each run.
package struct SQLTemplate: Sendable, Hashable {
    package let text: String
    package let sources: [SQLBindSource]
    /// What each placeholder is cast to, for those who explain a statement.
    package let types: [SQLType]

    package init(text: String, sources: [SQLBindSource], types: [SQLType] = []) {
        self.text = text
        self.sources = sources
        self.types = types
    }

    /// - Parameter slots: the values by slot number; a slot beyond them is NULL.
    package func statement(slots: [SQLBind]) -> SQLStatement {
        var binds: [SQLBind] = []
        binds.reserveCapacity(sources.count)
        for source in sources {
            switch source {
            case .value(let bind): binds.append(bind)
            case .slot(let number): binds.append(number < slots.count ? slots[number] : .null)
            }
        }
        return SQLStatement(text: text, binds: binds)
    }
}

/// One statement, ready to send.
package struct SQLStatement: Sendable, Hashable {
    package let text: String
    package let binds: [SQLBind]

    init(text: String, binds: [SQLBind]) {
        self.text = text
        self.binds = binds
    }
}
