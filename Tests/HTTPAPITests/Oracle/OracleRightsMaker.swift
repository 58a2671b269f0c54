import JSONText
import TestSupport

/// Makes up policies and who holds them.
enum OracleRightsMaker {
    static func make(_ world: OracleWorld, _ random: inout OracleRandomness) throws -> OracleRights {
        var rights = OracleRights()
        let everything = try OracleAccess(OracleRights.administrator, rights: rights, world: world)
        var maker = OracleQueryMaker(world: world, access: everything, random: OracleRandomness(seed: random.next()))
        var rules: [String: JSONValue] = [:]
        for _ in 0..<5 {
            var permissions: [OracleRights.Permission] = []
            for collection in world.collections where random.percent(80) {
                // Once in a while the rule of another policy: the two are one case then.
                var rule = random.percent(60) ? Optional.some(maker.filter(collection.name, depth: 2)) : Optional.none
                if random.percent(20), let known = rules[collection.name] { rule = known }
                if let rule { rules[collection.name] = rule }
                var fields: [String]?
                if random.percent(65) {
                    fields = collection.fields.filter { random.percent($0.name == collection.key ? 90 : $0.relation != nil ? 75 : 60) }.map(\.name)
                }
                if fields?.isEmpty ?? false { fields = nil }
                permissions.append(.init(collection: collection.name, fields: fields, rule: rule))
            }
            rights.policies.append(permissions)
        }
        rights.callers = [.init(token: nil, policies: [0])]
        for number in 0..<4 {
            rights.callers.append(.init(token: "caller\(number)", policies: random.some(1 + random.below(3), of: Array(rights.policies.indices))))
        }
        return rights
    }
}
