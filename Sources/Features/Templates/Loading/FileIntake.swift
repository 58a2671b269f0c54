package import JSONText

/// Where the bytes of a template's files go: given by floor 7, which knows the folder and the storages.
package protocol FileIntake: Sendable {
    /// The name of the storage for a row that names one.
    func storage(named name: String?) -> String
    /// Whether a row that is there has no bytes.
    func isMissing(_ row: JSONObject) async throws -> Bool
    /// The bytes of a row, received but not yet in their place; nil when the template has none.
    /// - Throws: `WireError`, or whatever reading them throws.
    func receive(_ row: JSONObject) async throws -> IncomingFile?
}

/// Bytes on their way.
package struct IncomingFile: Sendable {
    /// What the bytes say of the row.
    package let values: JSONObject
    /// Gives them their name; called within the row's transaction, maybe twice.
    package let place: @Sendable () async throws -> Void
    /// Removes them unless they have been placed.
    package let discard: @Sendable () async -> Void

    package init(values: JSONObject, place: @escaping @Sendable () async throws -> Void, discard: @escaping @Sendable () async -> Void) {
        self.values = values
        self.place = place
        self.discard = discard
    }
}
