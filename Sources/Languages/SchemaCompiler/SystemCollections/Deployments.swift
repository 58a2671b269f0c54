extension SystemCollections {
    /// `directus_deployments`. Source: contract/system.md, section 18; the recorded `/fields` and `/relations` of 11.17.4.
    static let deployments = SourceFile(
        path: "<system>/directus_deployments.yaml",
        text: #"""
            collection: directus_deployments
            note: "$t:directus_collection.directus_deployments"
            icon: cloud_upload
            form: plain
            behaviors: [deployments]

            fields:
              id: uuid
              provider: { type: string, nullable: false, unique: true }
              credentials: { type: text, special: [encrypt] }
              options: { type: json, column: text }
              projects: { many: directus_deployment_projects.deployment, on_deselect: delete }
              webhook_ids: json
              last_synced_at: { type: timestamp, special: [cast-timestamp] }
              date_created: { type: timestamp, default: now, special: [date-created, cast-timestamp] }
              user_created: { to: directus_users, special: [user-created] }
              webhook_secret: { type: string, meta: false }
            """#)
}
