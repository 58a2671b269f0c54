package import QueryLanguage
package import SchemaModel

/// A read whose every name is a field or relation of the snapshot. Rights are not looked at yet.
///
/// - Shape: the tree of the answer; `uses` has every name that was mentioned, in order, existing or not, so that the authoriser can refuse unknown
///   and forbidden ones in the same words.
package struct ResolvedQuery: Sendable {
    package let root: ResolvedNode
    package let meta: Set<MetaCount>
    let uses: [FieldUse]
    /// Mistakes other than names (`INVALID_QUERY`); answered only when no name is refused.
    let faults: [WireError]
    /// Dotted variables that its filters compare with.
    let variables: Set<DynamicVariable>
}

/// A field that the request names.
struct FieldUse: Sendable, Equatable {
    /// What is asked for (fields, groups, aggregates) is judged before what only narrows and orders it (filter, sort).
    enum Place: Sendable { case selection, argument }
    /// Keys of relations from the root (`["author", "mentor"]`); of those that `fields` goes into, their aliases.
    var path: [String]
    var collection: CollectionName
    /// nil = the collection itself, whose rows are counted.
    var name: String?
    var exists: Bool
    /// The collection that the field's relation leads to; a selection goes away with it when it is unreadable.
    var target: CollectionName?
    var place: Place
    /// The path of the level of the answer whose selection or argument this is: all of it goes away when the level's collection is unreadable.
    var level: [String] = []
}

/// One level of the answer.
package struct ResolvedNode: Sendable {
    package let collection: Collection
    let path: [String]
    /// Empty = bare primary keys.
    package var outputs: [ResolvedOutput]
    package var arguments: ResolvedArguments
}

package struct ResolvedOutput: Sendable {
    package let key: String
    /// From `*`: dropped silently when unreadable.
    let isWildcard: Bool
    package let content: ResolvedContent
}

package indirect enum ResolvedContent: Sendable {
    case field(Field)
    case function(FieldFunction, Field)
    /// `count(tags)`.
    case countRelated(Field, ResolvedJoin)
    case json(Field, path: [JSONPathStep])
    case manyToOne(Field, ResolvedJoin, ResolvedNode)
    case oneToMany(Field, ResolvedJoin, ResolvedNode)
    /// One node per allowed collection that exists; `collectionField` holds its name.
    case anyToOne(Field, collectionField: Field, [ResolvedNode])

    var field: Field {
        switch self {
        case .field(let field), .function(_, let field), .countRelated(let field, _), .json(let field, _), .manyToOne(let field, _, _),
            .oneToMany(let field, _, _), .anyToOne(let field, _, _):
            field
        }
    }
}

package enum JSONPathStep: Sendable, Hashable {
    case key(String)
    case index(Int)
}

package struct ResolvedArguments: Sendable {
    package var filter: ResolvedFilter = .all
    package var search: String?
    /// nil = the default order.
    package var sort: [ResolvedSort]?
    /// The relation's sort field, for the default order of a nested list.
    package var relationSort: Field?
    package var page = ResolvedPage()
    package var aggregation: ResolvedAggregation?
}

/// nil limit = all rows.
package struct ResolvedPage: Sendable, Equatable {
    package var limit: Int? = 100
    package var offset = 0
}

package struct ResolvedSort: Sendable {
    let operand: ResolvedOperand
    let descending: Bool
}

package struct ResolvedAggregation: Sendable {
    struct Group: Sendable {
        let key: String
        let target: ResolvedTarget
    }
    struct Term: Sendable {
        let function: AggregateFunction
        /// nil = `*`.
        let field: Field?
    }
    enum SortKey: Sendable {
        case group(Int)
        case term(Int)
    }
    let groups: [Group]
    let terms: [Term]
    let sort: [(key: SortKey, descending: Bool)]
}

/// What is compared, sorted by or grouped by: something of a row that is reached over joins.
package struct ResolvedOperand: Sendable {
    let joins: [ResolvedJoin]
    let target: ResolvedTarget
    /// The collection that `target` belongs to.
    let collection: CollectionName
}

package indirect enum ResolvedTarget: Sendable {
    case field(Field)
    case function(FieldFunction, Field)
    case countRelated(Field, ResolvedJoin)

    var field: Field {
        switch self {
        case .field(let field), .function(_, let field), .countRelated(let field, _): field
        }
    }
}

/// One step from a row to related rows.
package struct ResolvedJoin: Sendable {
    enum Kind: Sendable {
        /// `from.field` holds the key of `to`.
        case manyToOne
        /// `to.field` holds the key of `from`.
        case oneToMany
        /// `from.field` holds the key, as text, of `to` where `from.collectionField` says so.
        case anyToOne(collectionField: Field)
        /// The reverse of it (`$FOLLOW` with three arguments): `to.field` holds the key, as text, of `from`.
        case toAny(collectionField: Field)
    }
    let kind: Kind
    let from: Collection
    let to: Collection
    /// The foreign key's field: on `from` for the ones, on `to` for the many.
    let field: Field
    /// What one request calls it: joins with equal names on one path are one join.
    let name: String

    var isToMany: Bool {
        switch kind {
        case .oneToMany, .toAny: true
        case .manyToOne, .anyToOne: false
        }
    }
}

/// A filter whose every name is resolved.
package indirect enum ResolvedFilter: Sendable {
    case all
    case and([ResolvedFilter])
    case or([ResolvedFilter])
    case condition(ResolvedOperand, FilterOperator, FilterOperand)
    /// A row reached by the joins exists (or not) for which the inner filter holds. The inner filter's paths begin at the last join's collection.
    case some(ResolvedJoin, ResolvedFilter)
    case none(ResolvedJoin, ResolvedFilter)
}
