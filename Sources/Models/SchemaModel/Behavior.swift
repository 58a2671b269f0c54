/// What the engine does for a collection beyond the rules that hold for every collection. System collections name theirs in their YAML
/// (`behaviors: [users]`; style.md, law 5), so that nothing is decided by a collection's name.
package enum Behavior: String, Sendable, Hashable, CaseIterable {
    case access, activity, collections, comments, dashboards, deployments, extensions, fields, files, flows, folders, migrations, notifications,
        operations, panels, permissions, policies, presets, relations, revisions, roles, sessions, settings, shares, translations, users, versions
    case deploymentProjects = "deployment_projects"
    case deploymentRuns = "deployment_runs"
}

extension Collection {
    package func has(_ behavior: Behavior) -> Bool { meta.behaviors.contains(behavior) }
}

extension Collection {
    /// Its rows are about items of other collections, named by `collection` and `item`: who may not read the item may not read them either
    /// (contract/system.md, 5.6).
    package var tellsOfItems: Bool { meta.behaviors.contains(where: \.tellsOfItems) }
}

extension Behavior {
    fileprivate var tellsOfItems: Bool {
        switch self {
        case .activity, .comments, .revisions, .versions: true
        case .access, .collections, .dashboards, .deployments, .deploymentProjects, .deploymentRuns, .extensions, .fields, .files, .flows, .folders,
            .migrations, .notifications, .operations, .panels, .permissions, .policies, .presets, .relations, .roles, .sessions, .settings,
            .shares, .translations, .users:
            false
        }
    }
}
