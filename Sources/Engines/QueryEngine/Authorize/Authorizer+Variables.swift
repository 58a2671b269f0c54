import AccessControl
package import SchemaModel

/// Dotted variables of a request's own filter: rules may depend on what the caller can't read, requests may not (contract/items.md, 2.5.8).
extension Authorizer {
    /// - Throws: `INVALID_QUERY` for a variable whose path the caller can't read, or that leads nowhere; the same words for both.
    package func check(_ variables: some Sequence<DynamicVariable>) throws(WireError) {
        if access.isAdmin { return }
        for variable in variables where variable.isDotted {
            let path = VariablePath(variable, in: snapshot.schema)
            let isOpen = path?.steps.allSatisfy { canRead($0.collection) && isReadable($0.field, of: $0.collection) }
            if isOpen != true { throw .invalidQuery("Invalid filter object") }
        }
    }
}
