import Digests
import JSONText
import SchemaModel

/// Roles and policies of all documents, and what collections permit them.
///
/// - Errors, by code: `duplicate-role`, `duplicate-policy`, `unknown-policy`, `unknown-role`, `role-cycle`, `bad-id`, `duplicate-id`, `bad-address`,
///   `public-policy`.
struct AccessLinking {
    private(set) var access = AccessDefinitions()
    private(set) var diagnostics: [Diagnostic] = []
    private(set) var policyByKey: [String: PolicyID] = [publicKey: .public]
    private var policyPlaces: [String: SourceLocation] = [:]
    private var ids: [String: SourceLocation] = [:]

    static let publicKey = "public"
    /// Of the UUIDs that are made of keys (schema-language.md, "Access").
    static let namespace = "178c7c05-ac07-4094-bd92-230f016bd305"

    private let unreadableNames: Set<String>

    init(_ declarations: Declarations) {
        unreadableNames = declarations.unreadableNames
        for declaration in declarations.policies { add(declaration) }
        addRoles(declarations.roles)
    }

    private mutating func report(_ code: String, _ message: String, at location: SourceLocation, hint: String? = nil) {
        diagnostics.append(Diagnostic(code: code, message: message, at: location, hint: hint))
    }

    /// The policy that a permission or role names.
    mutating func policy(_ key: Located<String>) -> PolicyID? {
        if let known = policyByKey[key.value] { return known }
        if unreadableNames.contains(key.value) { return nil }
        let near = Spelling.nearest(to: key.value, among: policyByKey.keys.sorted())
        report(
            "unknown-policy", "no file defines the policy `\(key.value)`", at: key.location,
            hint: near.map { "did you mean `\($0)`?" } ?? "add `policies: { \(key.value): { } }` to `access.yaml`")
        return nil
    }

    private mutating func id(_ given: Located<String>?, kind: String, key: Located<String>) -> String {
        let derived = UUIDText.v5(namespace: AccessLinking.namespace, name: "\(kind)/\(key.value)") ?? ""
        guard let given else { return derived }
        let text = given.value.lowercased()
        if !UUIDText.isValid(text) {
            report("bad-id", "`\(given.value)` is no UUID", at: given.location)
            return derived
        }
        if let first = ids[text] { report("duplicate-id", "the id `\(text)` is taken; first in \(first)", at: given.location) }
        ids[text] = given.location
        return text
    }

    private mutating func add(_ declaration: PolicyDeclaration) {
        let key = declaration.key
        let keys = declaration.keys
        if let first = policyPlaces[key.value] {
            return report("duplicate-policy", "the policy `\(key.value)` is defined twice; first in \(first)", at: key.location)
        }
        policyPlaces[key.value] = key.location
        let isPublic = key.value == AccessLinking.publicKey
        if isPublic { checkPublic(keys) }
        let id = isPublic ? PolicyID.public : PolicyID(id(keys.name(.id), kind: "policies", key: key))
        for address in keys.names(.ip) ?? [] where !AddressText.isValid(address.value) {
            report(
                "bad-address", "`\(address.value)` is no address, network or range", at: address.location,
                hint: "like 10.0.0.7, 10.0.0.0/8, 10.0.0.1-10.0.0.9")
        }
        policyByKey[key.value] = id
        access.policies.append(
            PolicyDefinition(
                key: key.value, id: id, name: keys.text(.name) ?? (isPublic ? "$t:public_label" : Words.title(key.value)),
                icon: keys.text(.icon) ?? (isPublic ? "public" : "badge"),
                description: keys.text(.description) ?? (isPublic ? "$t:public_description" : nil), ipAccess: keys.names(.ip)?.map(\.value) ?? [],
                enforceTFA: keys.flag(.enforceTFA) ?? false, adminAccess: keys.flag(.admin) ?? false, appAccess: keys.flag(.app) ?? false,
                origin: key.location))
    }

    private mutating func checkPublic(_ keys: KeyedNode<PolicyKey>) {
        for key in [PolicyKey.admin, .app, .enforceTFA] where keys.flag(key) == true {
            report(
                "public-policy", "callers without a token can't have `\(key.rawValue)`", at: keys.location(of: key))
        }
        if let id = keys.name(.id), id.value.lowercased() != PolicyID.public.text {
            report("public-policy", "the id of `public` is \(PolicyID.public)", at: id.location)
        }
    }

    private mutating func addRoles(_ declarations: [RoleDeclaration]) {
        var places: [String: SourceLocation] = [:]
        var idByKey: [String: RoleID] = [:]
        var sound: [RoleDeclaration] = []
        for declaration in declarations {
            if let first = places[declaration.key.value] {
                report("duplicate-role", "the role `\(declaration.key.value)` is defined twice; first in \(first)", at: declaration.key.location)
                continue
            }
            places[declaration.key.value] = declaration.key.location
            idByKey[declaration.key.value] = RoleID(id(declaration.keys.name(.id), kind: "roles", key: declaration.key))
            sound.append(declaration)
        }
        for declaration in sound {
            guard let id = idByKey[declaration.key.value] else { continue }
            let keys = declaration.keys
            let policies = (keys.names(.policies) ?? []).compactMap { policy($0) }
            access.roles.append(
                RoleDefinition(
                    key: declaration.key.value, id: id, name: keys.text(.name) ?? Words.title(declaration.key.value),
                    icon: keys.text(.icon) ?? "supervised_user_circle", description: keys.text(.description),
                    parent: parent(declaration, idByKey), policies: policies, origin: declaration.key.location))
        }
        checkCycles(sound)
    }

    private mutating func parent(_ declaration: RoleDeclaration, _ idByKey: [String: RoleID]) -> RoleID? {
        guard let name = declaration.keys.name(.parent) else { return nil }
        if let id = idByKey[name.value] { return id }
        if unreadableNames.contains(name.value) { return nil }
        let near = Spelling.nearest(to: name.value, among: idByKey.keys.sorted())
        report("unknown-role", "no file defines the role `\(name.value)`", at: name.location, hint: near.map { "did you mean `\($0)`?" })
        return nil
    }

    private mutating func checkCycles(_ declarations: [RoleDeclaration]) {
        let parents = Dictionary(uniqueKeysWithValues: declarations.map { ($0.key.value, $0.keys.name(.parent)) })
        var reported: Set<String> = []
        for declaration in declarations {
            var path = [declaration.key.value]
            while let next = parents[path[path.count - 1]] ?? nil, path.count <= declarations.count {
                if next.value == declaration.key.value {
                    if path.allSatisfy({ !reported.contains($0) }) {
                        let names = (path + [next.value]).joined(separator: " → ")
                        report("role-cycle", "roles inherit from each other in a circle: \(names)", at: declaration.keys.location(of: .parent))
                    }
                    reported.formUnion(path)
                    break
                }
                if path.contains(next.value) { break }
                path.append(next.value)
            }
        }
    }
}

/// The form of addresses in a policy's `ip`.
enum AddressText {
    static func isValid(_ text: String) -> Bool {
        if let dash = text.firstIndex(of: "-") {
            return isAddress(text[..<dash]) && isAddress(text[text.index(after: dash)...])
        }
        guard let slash = text.firstIndex(of: "/") else { return isAddress(text[...]) }
        guard let bits = Int(text[text.index(after: slash)...]), bits >= 0 else { return false }
        return isAddress(text[..<slash]) && bits <= (text.contains(":") ? 128 : 32)
    }

    private static func isAddress(_ text: Substring) -> Bool {
        if text.contains(":") {
            let groups = text.split(separator: ":", omittingEmptySubsequences: false)
            let isShort = text.contains("::")
            return (3...9).contains(groups.count) && (isShort || groups.count == 8 || text.contains("."))
                && groups.allSatisfy { $0.contains(".") ? isVersion4($0) : $0.count <= 4 && $0.allSatisfy(\.isHexDigit) }
        }
        return isVersion4(text)
    }

    private static func isVersion4(_ text: Substring) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { part in Int(part).map { (0...255).contains($0) } == true && part.allSatisfy(\.isNumber) }
    }
}
