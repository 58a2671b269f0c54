package import JSONText

/// Whether a value is a geometry as RFC 7946 writes it: a known type, and coordinates nested as deep as that type has them. PostGIS reads less
/// strictly (`["a","b"]` is 0, 0) and fails on what it can't read in ways that no statement survives.
package enum GeoJSON {
    package static func isGeometry(_ value: JSONValue) -> Bool { isGeometry(value, depth: 0) }

    private static func isGeometry(_ value: JSONValue, depth: Int) -> Bool {
        guard let type = value["type"]?.string else { return false }
        let coordinates = value["coordinates"]
        switch type {
        case "Point": return coordinates.map { isEmpty($0) || isPosition($0) } ?? false
        case "MultiPoint": return every(coordinates, isPosition)
        case "LineString": return isLine(coordinates, least: 2)
        case "MultiLineString": return every(coordinates) { isLine($0, least: 2) }
        case "Polygon": return every(coordinates, isRing)
        case "MultiPolygon": return every(coordinates) { every($0, isRing) }
        case "GeometryCollection": return depth < 16 && every(value["geometries"]) { isGeometry($0, depth: depth + 1) }
        default: return false
        }
    }

    private static func isEmpty(_ value: JSONValue) -> Bool { value.array?.isEmpty == true }

    private static func every(_ value: JSONValue?, _ holds: (JSONValue) -> Bool) -> Bool { value?.array.map { $0.allSatisfy(holds) } ?? false }

    /// Two or more numbers: longitude, latitude, altitude.
    private static func isPosition(_ value: JSONValue) -> Bool {
        guard let numbers = value.array, (2...4).contains(numbers.count) else { return false }
        return numbers.allSatisfy { $0.number != nil }
    }

    private static func isLine(_ value: JSONValue?, least: Int) -> Bool {
        guard let positions = value?.array, positions.isEmpty || positions.count >= least else { return false }
        return positions.allSatisfy(isPosition)
    }

    /// A closed line.
    private static func isRing(_ value: JSONValue) -> Bool {
        isLine(value, least: 4) && value.array?.first == value.array?.last
    }
}
