extension SystemCollections {
    /// `directus_translations`. Source: contract/system.md, section 18; the recorded `/fields` and `/relations` of 11.17.4.
    static let translations = SourceFile(
        path: "<system>/directus_translations.yaml",
        text: #"""
            collection: directus_translations
            note: "$t:directus_collection.directus_translations"
            form: plain
            behaviors: [translations]

            fields:
              id: { type: uuid, hidden: true }
              key:
                type: string
                required: true
                interface: input
                options: { font: monospace, placeholder: "$t:translation_key_placeholder" }
                width: half
              language: { type: string, required: true, interface: system-language, width: half }
              value: { type: text, required: true, interface: input-multiline, options: { placeholder: "$t:enter_a_value" } }
            """#)
}
