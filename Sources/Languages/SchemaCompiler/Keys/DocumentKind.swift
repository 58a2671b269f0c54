/// What a document defines, told by its first key.
enum DocumentKind: String, CaseIterable, Sendable {
    case collection, folder, policies, roles
    /// Configuration that later versions of the server read.
    case flows, dashboards, translations, settings, presets

    /// nil for kinds that are not read yet.
    var table: KeyTable? {
        switch self {
        case .collection: CollectionKey.keyTable
        case .folder: FolderKey.keyTable
        case .policies, .roles: AccessKey.keyTable
        case .flows, .dashboards, .translations, .settings, .presets: nil
        }
    }

    static let supported: [DocumentKind] = allCases.filter { $0.table != nil }
}
