import Digests
import SchemaModel

/// What the compiler makes of the key of a role or policy. Source: schema-language.md, "Access".
enum AccessNames {
    static let publicKey = "public"
    private static let namespace = "178c7c05-ac07-4094-bd92-230f016bd305"

    static func id(ofRole key: String) -> RoleID { RoleID(UUIDText.v5(namespace: namespace, name: "roles/\(key)") ?? "") }

    static func id(ofPolicy key: String) -> PolicyID {
        key == publicKey ? .public : PolicyID(UUIDText.v5(namespace: namespace, name: "policies/\(key)") ?? "")
    }

    /// `not_yet-paid` → `Not yet paid`.
    static func title(_ key: String) -> String {
        let words = String(key.map { $0 == "_" || $0 == "-" ? " " : $0 })
        return words.prefix(1).uppercased() + words.dropFirst()
    }
}
