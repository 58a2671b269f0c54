package import JSONText

/// A filter as written: syntax only, names may be nonsense. Row rules, request filters, validation rules share it.
///
/// - Shape: a tree. `.key` steps into a field (or relation, function, scope) and what is below it applies there.
/// - Source: contract/items.md, 2.5. Several keys of one object are `.and`; logical operators may stand anywhere.
package indirect enum FilterExpression: Sendable, Equatable {
    /// `{}`: no condition, true for every row.
    case all
    case and([FilterExpression])
    case or([FilterExpression])
    case key(FilterKey, FilterExpression)
    case condition(FilterOperator, FilterOperand)
    /// A name that begins with `_` and is no operator; the type check refuses it.
    case unknownOperator(String)
    case some(FilterExpression)
    case none(FilterExpression)
}

/// One step of a filter's path.
package enum FilterKey: Sendable, Equatable, Hashable {
    case field(String)
    /// `item:headings`: a many-to-any item of one collection.
    case scoped(String, collection: String)
    /// `year(published)`.
    case function(String, argument: String)
    /// `$FOLLOW(cities, country_id)` or, for a reverse many-to-any, with the collection field.
    case follow(collection: String, field: String, collectionField: String?)

    /// As written, for messages.
    package var text: String {
        switch self {
        case .field(let name): name
        case .scoped(let name, let collection): "\(name):\(collection)"
        case .function(let name, let argument): "\(name)(\(argument))"
        case .follow(let collection, let field, let collectionField):
            "$FOLLOW(\(collection),\(field)\(collectionField.map { ",\($0)" } ?? ""))"
        }
    }
}

/// The operators of contract/items.md, 2.5.3.
package enum FilterOperator: String, Sendable, CaseIterable, Hashable {
    case eq = "_eq"
    case neq = "_neq"
    case lt = "_lt"
    case lte = "_lte"
    case gt = "_gt"
    case gte = "_gte"
    case `in` = "_in"
    case nin = "_nin"
    case null = "_null"
    case nnull = "_nnull"
    case empty = "_empty"
    case nempty = "_nempty"
    case contains = "_contains"
    case ncontains = "_ncontains"
    case icontains = "_icontains"
    case nicontains = "_nicontains"
    case startsWith = "_starts_with"
    case nstartsWith = "_nstarts_with"
    case istartsWith = "_istarts_with"
    case nistartsWith = "_nistarts_with"
    case endsWith = "_ends_with"
    case nendsWith = "_nends_with"
    case iendsWith = "_iends_with"
    case niendsWith = "_niends_with"
    case between = "_between"
    case nbetween = "_nbetween"
    case intersects = "_intersects"
    case nintersects = "_nintersects"
    case intersectsBBox = "_intersects_bbox"
    case nintersectsBBox = "_nintersects_bbox"
    case ieq = "_ieq"
    case nieq = "_nieq"
    case json = "_json"
    case regex = "_regex"
    case submitted = "_submitted"

    /// Its operand is a list (`_in`, `_between` and their opposites).
    package var takesList: Bool {
        switch self {
        case .in, .nin, .between, .nbetween: true
        case .eq, .neq, .lt, .lte, .gt, .gte, .null, .nnull, .empty, .nempty, .contains, .ncontains, .icontains, .nicontains, .startsWith,
            .nstartsWith, .istartsWith, .nistartsWith, .endsWith, .nendsWith, .iendsWith, .niendsWith, .intersects, .nintersects,
            .intersectsBBox, .nintersectsBBox, .ieq, .nieq, .json, .regex, .submitted:
            false
        }
    }
}

/// What a field is compared with.
package enum FilterOperand: Sendable, Equatable {
    /// After coercion: the texts `true`, `false`, `null` have become values.
    case value(JSONValue)
    case variable(DynamicVariable)
    case list([FilterOperand])
}

/// A variable that stands for something of the caller or the moment (contract/items.md, 2.5.8). Never part of cached text: always a bind.
package enum DynamicVariable: Sendable, Equatable, Hashable {
    /// The adjustment is the text between the parentheses of `$NOW(-1 day)`.
    case now(adjustment: String?)
    case currentUser(path: [String])
    case currentRole(path: [String])
    case currentRoles(path: [String])
    case currentPolicies(path: [String])

    /// - Returns: nil for any other text, unknown variables (`$BOGUS`) too: those are plain text.
    package init?(_ text: String) {
        guard text.hasPrefix("$") else { return nil }
        if text == "$NOW" {
            self = .now(adjustment: nil)
            return
        }
        if text.hasPrefix("$NOW("), text.hasSuffix(")") {
            self = .now(adjustment: String(text.dropFirst(5).dropLast()))
            return
        }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        let path = Array(parts.dropFirst())
        if path.contains("") { return nil }
        switch parts[0] {
        case "$CURRENT_USER": self = .currentUser(path: path)
        case "$CURRENT_ROLE": self = .currentRole(path: path)
        case "$CURRENT_ROLES": self = .currentRoles(path: path)
        case "$CURRENT_POLICIES": self = .currentPolicies(path: path)
        default: return nil
        }
    }

    package var text: String {
        switch self {
        case .now(nil): "$NOW"
        case .now(let adjustment?): "$NOW(\(adjustment))"
        case .currentUser(let path): (["$CURRENT_USER"] + path).joined(separator: ".")
        case .currentRole(let path): (["$CURRENT_ROLE"] + path).joined(separator: ".")
        case .currentRoles(let path): (["$CURRENT_ROLES"] + path).joined(separator: ".")
        case .currentPolicies(let path): (["$CURRENT_POLICIES"] + path).joined(separator: ".")
        }
    }
}
