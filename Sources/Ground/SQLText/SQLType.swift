/// The PostgreSQL type that a bind is cast to (`$1::uuid`), so that the server never has to guess.
package struct SQLType: Sendable, Hashable {
    /// As in SQL text. Only made from the cases below or from a name that the catalogue gave (`named`).
    package let text: String

    private init(_ text: String) { self.text = text }

    package static let boolean = SQLType("bool")
    package static let smallint = SQLType("int2")
    package static let integer = SQLType("int4")
    package static let bigint = SQLType("int8")
    package static let real = SQLType("float4")
    package static let double = SQLType("float8")
    package static let numeric = SQLType("numeric")
    package static let text = SQLType("text")
    package static let uuid = SQLType("uuid")
    package static let date = SQLType("date")
    package static let time = SQLType("time")
    package static let timestamp = SQLType("timestamp")
    package static let timestamptz = SQLType("timestamptz")
    package static let interval = SQLType("interval")
    package static let json = SQLType("json")
    package static let jsonb = SQLType("jsonb")
    package static let bytea = SQLType("bytea")
    package static let oid = SQLType("oid")
    /// A table by its name, quoted where it must be.
    package static let regclass = SQLType("regclass")
    package static let geometry = SQLType("geometry")
    /// No cast: the server infers the type from where the bind stands.
    package static let inferred = SQLType("")

    /// A type by its catalogue name (an enum, a domain), quoted.
    package static func named(_ identifier: SQLIdentifier) -> SQLType { SQLType(identifier.quoted) }

    package var array: SQLType { SQLType(text + "[]") }
}
