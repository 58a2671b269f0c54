package import SchemaModel

/// Why a snapshot can't become a database model. The compiler reports these first, with better words; here they guard the border.
package enum PlanningError: Error, Sendable, Equatable {
    /// Empty, with a NUL, or longer than 63 bytes.
    case invalidName(String, SourceLocation?)
    /// An index, key or relation names a field that has no column.
    case unknownColumn(collection: CollectionName, field: FieldName, SourceLocation?)
    /// A relation's far side has no table.
    case unknownTable(CollectionName, SourceLocation?)
    /// Not a type that the language makes: the text as found.
    case unknownType(String, SourceLocation?)
}
