import JSONText
import SchemaModel

extension ArgumentReader {
    /// Before its members are looked at: JSON text is parsed. Only an object will do.
    func aggregateSource() throws(WireError) -> JSONObject? {
        try object("aggregate", else: "\"\(prefix)aggregate\" must be of type object")
    }

    /// Values are comma lists or lists; `*` goes with count alone, functions and relations do not go at all.
    func aggregate(_ source: JSONObject?) throws(WireError) -> [AggregateTerm] {
        var terms: [AggregateTerm] = []
        guard let source else { return terms }
        for (name, value) in source where value != .null {
            guard let function = AggregateFunction(rawValue: name) else { throw .invalidQuery("Invalid aggregate function \"\(name)\"") }
            terms.append(AggregateTerm(function: function, fields: try aggregated(value, by: function)))
            try refuseMore(than: QueryLimits.maximumTerms * 5, terms.reduce(0) { $0 + $1.fields.count }, in: "aggregate")
        }
        return terms
    }

    private func aggregated(_ value: JSONValue, by function: AggregateFunction) throws(WireError) -> [String] {
        let name = "\(prefix)aggregate.\(function.rawValue)"
        let elements: [JSONValue]
        switch value {
        case .string: elements = [value]
        case .array(let values): elements = values
        case .null, .bool, .number, .object: throw .invalidQuery("\"\(name)\" must be a string or array")
        }
        var fields: [String] = []
        var seen = Set<String>()
        for element in elements {
            guard case .string(let text) = element else { throw .invalidQuery("\"\(name)[\(fields.count)]\" must be a string") }
            let names = QueryText.commaSeparated(text)
            try refuseMore(than: QueryLimits.maximumNames, names.count, in: "aggregate")
            for field in names {
                try checkAggregated(field, at: "\(name)[\(fields.count)]", by: function)
                if seen.insert(field).inserted { fields.append(field) }
            }
        }
        return fields
    }

    private func checkAggregated(_ field: String, at place: String, by function: AggregateFunction) throws(WireError) {
        if field.isEmpty { throw .invalidQuery("\"\(place)\" is not allowed to be empty") }
        switch function {
        case .count, .countAll: break
        case .countDistinct, .sum, .sumDistinct, .avg, .avgDistinct, .min, .max:
            if field == "*" { throw .invalidQuery("\"*\" can only be used with \"count\"") }
        }
        if field.utf8.contains(UInt8(ascii: "(")) { throw .invalidQuery("Functions can't be used in \"\(prefix)aggregate\"") }
        if field.utf8.contains(UInt8(ascii: ".")) { throw .invalidQuery("\"\(prefix)aggregate\" can't contain a relational path") }
    }

    /// A member that is an object or the JSON text of one; empty text is not given.
    func object(_ key: String, else reason: String) throws(WireError) -> JSONObject? {
        switch value(key) {
        case nil, .string(""): return nil
        case .object(let members): return members
        case .string(let text):
            let parsed: JSONValue
            do { parsed = try JSONParser.parse(text) } catch { throw .invalidQuery(reason) }
            guard case .object(let members) = parsed else { throw .invalidQuery(reason) }
            return members
        case .null, .bool, .number, .array: throw .invalidQuery(reason)
        }
    }
}
