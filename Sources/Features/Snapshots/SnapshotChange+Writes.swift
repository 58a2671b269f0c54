package import SchemaModel

extension SnapshotChange {
    /// What a committed write changes of what servers keep in memory: told by the behaviours that its collections name.
    package static func changes(in touched: Set<CollectionName>, of schema: SchemaSnapshot) -> Set<SnapshotChange> {
        touched.reduce(into: []) { changes, name in
            for behavior in schema.collection(name)?.meta.behaviors ?? [] { changes.formUnion(behavior.snapshotChanges) }
        }
    }
}

extension Behavior {
    fileprivate var snapshotChanges: Set<SnapshotChange> {
        switch self {
        case .users: [.users]
        case .roles, .policies, .access, .permissions: [.rights, .users]
        case .activity, .collections, .comments, .dashboards, .deployments, .deploymentProjects, .deploymentRuns, .extensions, .fields, .files,
            .flows, .folders, .migrations, .notifications, .operations, .panels, .presets, .relations, .revisions, .sessions, .settings, .shares,
            .translations, .versions:
            []
        }
    }
}
