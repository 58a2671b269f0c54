import AccessControl
import Items
import JSONText
import QueryEngine
import SchemaModel

/// Example content: a file of JSON lines, `{"collection": "posts", "items": [{…}]}`, written once into an empty database, as the server itself.
struct Seed {
    struct Problem: Error, CustomStringConvertible {
        let description: String
    }

    let path: String

    func write(with writer: ItemWriter, in snapshot: EngineSnapshot, now: Moment) async throws -> Int {
        guard let text = FileText.read(path) else { throw FileProblem(path: path, code: 2) }
        let caller = Caller(principal: .system(reason: "example content of the first start"), access: .full)
        var count = 0
        for (number, line) in text.split(separator: "\n").enumerated() where !line.isEmpty {
            let entry = try JSONParser.parse(String(line))
            guard let collection = entry["collection"]?.string, let items = entry["items"]?.array?.compactMap(\.object) else {
                throw Problem(description: "\(path):\(number + 1): a line needs \"collection\" and \"items\"")
            }
            do {
                _ = try await writer.write(
                    WriteRequest(collection: CollectionName(collection), operation: .createMany(items), query: nil), by: caller, in: snapshot,
                    now: now)
            } catch {
                throw Problem(description: "\(path):\(number + 1): \(error)")
            }
            count += items.count
        }
        return count
    }
}
