package import SchemaModel

/// A read as it was asked for: syntax only, names may be nonsense.
///
/// - Shape: what to answer (`selections`) told apart from how to read it (`arguments`, and `deep` for the levels below).
///   `fields` + `deep` + `alias` are one way to write it; GraphQL is another.
package struct ItemQuery: Sendable, Equatable {
    package var selections: [Selection]
    package var arguments: QueryArguments
    /// Arguments of the levels below, by output key (for many-to-any `item:collection`).
    package var deep: [String: DeepNode]
    package var meta: Set<MetaCount>
    package var export: ExportFormat?
    package var version: String?
    package var versionRaw: Bool
    package var backlink: Bool

    package init(selections: [Selection] = [.wildcard], arguments: QueryArguments = QueryArguments()) {
        self.selections = selections
        self.arguments = arguments
        deep = [:]
        meta = []
        export = nil
        version = nil
        versionRaw = false
        backlink = true
    }
}

/// One thing to answer on a level, in order of first mention. Paths with the same first segment are merged into one.
package indirect enum Selection: Sendable, Equatable {
    /// `*`: every field that the caller may read.
    case wildcard
    /// `title`, or `alias[key]=title`.
    case field(key: String, name: String)
    /// `year(date)`: `function` `year`, `argument` `date`, key `date_year`.
    case function(key: String, function: String, argument: String)
    /// `json(meta, a.b)`: key `meta_a_b_json`; `path` as written.
    case json(key: String, argument: String, path: String)
    /// `author.name`: the object or list below a relation. `scope` is the collection of `item:headings`.
    case relation(key: String, name: String, scope: String?, [Selection])
    /// `*.name`: below every relation of this level (`*` itself stands beside it).
    case everyRelation([Selection])
    /// An alias that `*` brings along: goes away silently where it is unreadable.
    case covered(Selection)
}

/// How one level is read.
package struct QueryArguments: Sendable, Equatable {
    package var filter: FilterExpression?
    package var search: String?
    package var sort: [SortTerm]
    /// nil = the default; -1 = all; 0 = none.
    package var limit: Int?
    package var offset: Int?
    package var page: Int?
    /// In order of the request; empty = none asked.
    package var aggregate: [AggregateTerm]
    /// Fields or functions: `status`, `year(date)`.
    package var groupBy: [String]

    package init() {
        sort = []
        aggregate = []
        groupBy = []
    }

    package var isAggregation: Bool { !aggregate.isEmpty || !groupBy.isEmpty }
}

/// `deep[tags]`: its arguments, its aliases' targets by key, and the levels below it.
package struct DeepNode: Sendable, Equatable {
    package var arguments: QueryArguments
    package var alias: [String: String]
    package var children: [String: DeepNode]

    package init() {
        arguments = QueryArguments()
        alias = [:]
        children = [:]
    }
}

/// `-author.name`: `text` without the sign.
package struct SortTerm: Sendable, Equatable {
    package var text: String
    package var descending: Bool
    package init(text: String, descending: Bool) {
        self.text = text
        self.descending = descending
    }
}

package enum AggregateFunction: String, Sendable, CaseIterable {
    case count, countDistinct, countAll, sum, sumDistinct, avg, avgDistinct, min, max
}

/// `aggregate[sum]=views,likes`.
package struct AggregateTerm: Sendable, Equatable {
    package var function: AggregateFunction
    /// Names, or `*` for count.
    package var fields: [String]
    package init(function: AggregateFunction, fields: [String]) {
        self.function = function
        self.fields = fields
    }
}

package enum MetaCount: String, Sendable, CaseIterable {
    case totalCount = "total_count"
    case filterCount = "filter_count"
}

package enum ExportFormat: String, Sendable, CaseIterable {
    case csv
    case csvUTF8 = "csv_utf8"
    case json, xml, yaml
}

/// What the configuration bounds (contract/items.md, 2.16 and 4.7).
package struct QueryLimits: Sendable, Equatable {
    /// Rows when a request names no limit.
    package var defaultLimit = 100
    /// nil = no bound.
    package var maximumLimit: Int?
    package var relationalDepth = 10
    package var jsonDepth = 10
    /// Bracket pairs after a name in the query string.
    package var queryStringDepth = 10
    package var queryStringArrayLimit = 500
    /// Bytes of an answer, or a piece of one, that stands in memory.
    package var answerSize = 33_554_432

    package init() {}

    /// Names in `fields` and `alias`, fields below `aggregate`.
    static let maximumNames = 5000
    /// Names in `sort` and `groupBy`.
    static let maximumTerms = 100
}
