package import JSONText
import QueryEngine
import SQLText
package import SchemaModel

/// Primary keys from paths and bodies. A key that the column can't hold is answered like one that isn't there (contract/items.md, 1.5).
package enum KeyText {
    /// - Throws: `.forbidden`.
    static func bind(_ key: String, for collection: Collection) throws(WireError) -> SQLBind {
        guard let text = text(of: .string(key), for: collection) else { throw .forbidden }
        return .text(text)
    }

    /// The same where the type of the key is known already.
    static func bind(_ key: String, type: SQLType) throws(WireError) -> SQLBind {
        if type == .integer, let number = Int32(key) { return .text(String(number)) }
        guard let text = text(of: .string(key), type: type) else { throw .forbidden }
        return .text(text)
    }

    static func bind(_ keys: [JSONValue], for collection: Collection) throws(WireError) -> SQLBind {
        var texts: [String?] = []
        for key in keys {
            guard let text = text(of: key, for: collection) else { throw .forbidden }
            texts.append(text)
        }
        return .text(ValueText.array(texts))
    }

    /// The key as PostgreSQL's text; nil where the column can't hold it.
    package static func text(of key: JSONValue, for collection: Collection) -> String? {
        guard collection.keyType != nil else { return nil }
        return text(of: key, type: collection.keyBindType)
    }

    private static func text(of key: JSONValue, type: SQLType) -> String? {
        guard let text = ValueText.text(key), !text.utf8.contains(0) else { return nil }
        switch type {
        case .integer: return ValueText.number(key).flatMap { Int32($0) }.map { String($0) }
        case .smallint: return ValueText.number(key).flatMap { Int16($0) }.map { String($0) }
        case .bigint: return ValueText.int64(key).map { String($0) }
        case .uuid: return ValueText.isUUID(text) ? text.lowercased() : nil
        default: return text
        }
    }
}
