import JSONText
import SchemaModel

/// What the form of a collection's fields is when their entries say nothing of it.
enum FormStyle {
    /// `form: plain`: the defaults of the metadata.
    case plain
    /// As the compiler derives it of types and keys.
    case derived([FieldName: FieldMeta])
    /// Nothing is printed of the form: to find out what the compiler derives.
    case untold

    func base(of field: Field) -> FieldMeta {
        switch self {
        case .plain: return FieldMeta()
        case .derived(let metas): return FormStyle.withoutChoices(metas[field.name] ?? FieldMeta())
        case .untold:
            var meta = field.meta
            if let choices = FieldPrinter.choices(of: field) { meta.options = choices.options }
            return meta
        }
    }

    /// `choices` are said by their own key.
    private static func withoutChoices(_ meta: FieldMeta) -> FieldMeta {
        var meta = meta
        guard var options = meta.options?.object, options["choices"] != nil else { return meta }
        options["choices"] = Optional.none
        meta.options = options.isEmpty ? Optional.none : .object(options)
        return meta
    }
}
