extension SystemCollections {
    /// `directus_deployment_projects`. Source: contract/system.md, section 18; the recorded `/fields` and `/relations` of 11.17.4.
    static let deploymentProjects = SourceFile(
        path: "<system>/directus_deployment_projects.yaml",
        text: #"""
            collection: directus_deployment_projects
            note: "$t:directus_collection.directus_deployment_projects"
            form: plain
            behaviors: [deployment_projects]

            fields:
              id: uuid
              deployment: { to: directus_deployments, on_delete: cascade, nullable: false, special: [] }
              external_id: { type: string, nullable: false }
              name: { type: string, nullable: false }
              url: string
              framework: string
              deployable: { type: boolean, nullable: false, default: true }
              runs: { many: directus_deployment_runs.project, on_deselect: delete }
              date_created: { type: timestamp, default: now, special: [date-created, cast-timestamp] }
              user_created: { to: directus_users, special: [user-created] }

            indexes:
              - { fields: [deployment, external_id], unique: true, name: directus_deployment_projects_deployment_external_id_unique }
            """#)
}
