extension SystemCollections {
    /// `directus_deployment_runs`. Source: contract/system.md, section 18; the recorded `/fields` and `/relations` of 11.17.4.
    static let deploymentRuns = SourceFile(
        path: "<system>/directus_deployment_runs.yaml",
        text: #"""
            collection: directus_deployment_runs
            note: "$t:directus_collection.directus_deployment_runs"
            form: plain
            behaviors: [deployment_runs]

            fields:
              id: uuid
              project: { to: directus_deployment_projects, on_delete: cascade, nullable: false, special: [] }
              external_id: { type: string, nullable: false }
              target: { type: string, nullable: false }
              status: string
              url: string
              started_at: { type: timestamp, special: [cast-timestamp] }
              completed_at: { type: timestamp, special: [cast-timestamp] }
              date_created: { type: timestamp, default: now, special: [date-created, cast-timestamp] }
              user_created: { to: directus_users, special: [user-created] }
            """#)
}
