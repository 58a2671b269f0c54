package import JSONText

/// What an import has to say besides its result: everything in the snapshot that did not go over as it stood.
package struct ImportReport: Sendable, Equatable {
    package var remarks: [ImportRemark] = []
    package init() {}

    /// One remark a line, in the order of the snapshot.
    package var lines: [String] { remarks.map(\.description) }
}

package struct ImportRemark: Sendable, Equatable, CustomStringConvertible {
    package enum Kind: String, Sendable {
        /// A member that the format does not have; `value` keeps it.
        case unknown
        /// Written another way that means the same.
        case normalized
        /// The snapshot does not say it; what was taken instead.
        case assumed
        /// Names something that is not there, and so has no effect: left out.
        case dangling
        /// The files do not say it.
        case lost
    }
    package var kind: Kind
    /// Where in the snapshot: `fields[12].schema.comment`.
    package var path: String
    package var message: String
    package var value: JSONValue?

    package init(_ kind: Kind, at path: String, message: String, value: JSONValue? = nil) {
        self.kind = kind
        self.path = path
        self.message = message
        self.value = value
    }

    package var description: String { "\(path): \(message)" + (value.map { " (\($0.text))" } ?? "") }
}
