/// A piece of query text with its binds. Placeholders are numbered when it is rendered, so fragments compose.
///
/// Run-time text can't become SQL text: literal segments are `StaticString`s, names are `SQLIdentifier`s, values are binds.
///
///     let sql: SQLFragment = "SELECT \(column) FROM \(table) WHERE \(key) = \(bind: .text(id), as: .uuid)"
package struct SQLFragment: Sendable, Hashable, ExpressibleByStringInterpolation {
    enum Segment: Sendable, Hashable {
        case literal(String)
        case identifier(SQLIdentifier)
        case bind(SQLBindSource, SQLType)
    }

    private(set) var segments: [Segment]

    package init() { segments = [] }

    /// Literal text of our own source only.
    package init(_ text: StaticString) { segments = [.literal(text.description)] }

    package init(_ identifier: SQLIdentifier) { segments = [.identifier(identifier)] }

    package init(bind value: SQLBind, as type: SQLType) { segments = [.bind(.value(value), type)] }

    /// A bind whose value is given at each run (`SQLTemplate.statement(slots:)`).
    package init(slot: Int, as type: SQLType) { segments = [.bind(.slot(slot), type)] }

    package init(stringLiteral value: StaticString) { self.init(value) }

    package init(stringInterpolation: Interpolation) { segments = stringInterpolation.segments }

    package var isEmpty: Bool { segments.isEmpty }

    package func hasIdentifier(_ isMeant: (SQLIdentifier) -> Bool) -> Bool {
        segments.contains { if case .identifier(let identifier) = $0 { isMeant(identifier) } else { false } }
    }

    /// The same with other pieces in the places of slots.
    package func fillingSlots(_ piece: (_ slot: Int, SQLType) -> SQLFragment) -> SQLFragment {
        var out = SQLFragment()
        for segment in segments {
            if case .bind(.slot(let slot), let type) = segment { out += piece(slot, type) } else { out.segments.append(segment) }
        }
        return out
    }

    package static func += (left: inout SQLFragment, right: SQLFragment) { left.segments.append(contentsOf: right.segments) }

    package static func + (left: SQLFragment, right: SQLFragment) -> SQLFragment {
        var out = left
        out += right
        return out
    }

    package struct Interpolation: StringInterpolationProtocol {
        var segments: [Segment] = []

        package init(literalCapacity: Int, interpolationCount: Int) { segments.reserveCapacity(interpolationCount * 2 + 1) }

        package mutating func appendLiteral(_ literal: StaticString) {
            if literal.utf8CodeUnitCount > 0 { segments.append(.literal(literal.description)) }
        }

        package mutating func appendInterpolation(_ identifier: SQLIdentifier) { segments.append(.identifier(identifier)) }

        package mutating func appendInterpolation(_ fragment: SQLFragment) { segments.append(contentsOf: fragment.segments) }

        package mutating func appendInterpolation(bind value: SQLBind, as type: SQLType) { segments.append(.bind(.value(value), type)) }

        package mutating func appendInterpolation(slot: Int, as type: SQLType) { segments.append(.bind(.slot(slot), type)) }

        package mutating func appendInterpolation(type: SQLType) { segments.append(.literal(type.text)) }

        /// A whole number that we computed ourselves (an index, a size), as text.
        package mutating func appendInterpolation(number: Int) { segments.append(.literal(String(number))) }
    }
}

extension SQLFragment {
    /// The text with `$1 …` and what is bound to them. Adjacent equal slots share nothing: each occurrence is one parameter.
    package func render() -> SQLTemplate {
        var text = ""
        text.reserveCapacity(segments.count * 12)
        var sources: [SQLBindSource] = []
        var types: [SQLType] = []
        for segment in segments {
            switch segment {
            case .literal(let literal): text += literal
            case .identifier(let identifier): text += identifier.quoted
            case .bind(let source, let type):
                sources.append(source)
                types.append(type)
                text += "$\(sources.count)"
                if !type.text.isEmpty { text += "::\(type.text)" }
            }
        }
        return SQLTemplate(text: text, sources: sources, types: types)
    }

    /// Renders a fragment that has no slots.
    package var statement: SQLStatement { render().statement(slots: []) }
}

extension Sequence where Element == SQLFragment {
    package func joined(separator: SQLFragment) -> SQLFragment {
        var out = SQLFragment()
        var first = true
        for element in self {
            if !first { out += separator }
            out += element
            first = false
        }
        return out
    }
}
