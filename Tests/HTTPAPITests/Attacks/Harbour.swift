/// Ships of two tenants, and a mate of each who may see and do some things with the ships of their own. What a mate never sees: ships of the other
/// tenant, `ledger`, `papers` and `slip` of any ship, `rank` of a crew, `vaults` and `beasts` at all; `wage` only of ships they own.
enum Harbour {
    static let ann = "a0000000-0000-4000-8000-000000000021"
    static let bob = "a0000000-0000-4000-8000-000000000022"
    static let cid = "a0000000-0000-4000-8000-000000000023"

    static let matePolicy = "c0000000-0000-4000-8000-000000000021"

    static let mine = #"{"tenant":{"_eq":"$CURRENT_USER.tenant"}}"#
    private static let mineByShip = #"{"ship":{"tenant":{"_eq":"$CURRENT_USER.tenant"}}}"#

    /// The row of `rights` that says which ships may be read.
    static let shipsRight = 300

    private static let rights: [Right] = [
        Right("read", "ships", "id,name,code,charm,pin,sailed,position,tenant,owner,crew,ports,cargo,vaults", rule: mine),
        Right("read", "ships", "wage", rule: #"{"owner":{"_eq":"$CURRENT_USER"}}"#),
        Right("create", "ships", "name,code,slip,crew,ports,cargo", validation: mine, presets: #"{"tenant":"$CURRENT_USER.tenant"}"#),
        Right("update", "ships", "name,code,slip,position,tenant,crew,ports,cargo", rule: mine, validation: mine),
        Right("delete", "ships", "*", rule: mine),
        Right("read", "crew", "id,name,ship", rule: mineByShip),
        Right("create", "crew", "name,ship"),
        Right("update", "crew", "name,ship", rule: mineByShip),
        Right("delete", "crew", "*", rule: mineByShip),
        Right("read", "ports", "id,name"),
        Right("read", "ships_ports", "*"),
        Right("create", "ships_ports", "*"),
        Right("update", "ships_ports", "*"),
        Right("read", "crates", "id,label"),
        Right("create", "crates", "label"),
        Right("read", "ships_cargo", "*"),
        Right("create", "ships_cargo", "*"),
        Right("read", "tenants", "id", rule: #"{"id":{"_eq":"$CURRENT_USER.tenant"}}"#),
        Right("read", "lounge", "id,motto", rule: #"{"open":{"_eq":true}}"#),
        Right("update", "lounge", "motto", rule: #"{"open":{"_eq":true}}"#),
        Right("read", "directus_users", "id,first_name", rule: #"{"id":{"_eq":"$CURRENT_USER"}}"#),
        Right("read", "directus_activity", "*"),
        Right("read", "directus_revisions", "*"),
        Right("read", "directus_versions", "*"),
        Right("create", "directus_versions", "*"),
        Right("update", "directus_versions", "*"),
        Right("delete", "directus_versions", "*"),
        Right("create", "directus_shares", "*"),
        Right("read", "directus_shares", "*"),
        Right("share", "ships", "*", rule: mine),
    ]

    static let model = TestModel(
        name: "harbour", files: [("Schemas/harbour.yaml", yaml)],
        rows: """
            INSERT INTO tenants (id, name) VALUES (1, 'North'), (2, 'South');
            INSERT INTO directus_roles (id, name) VALUES ('b0000000-0000-4000-8000-000000000021', 'Mates');
            INSERT INTO directus_policies (id, name, admin_access, app_access) VALUES
              ('c0000000-0000-4000-8000-000000000020', 'All', true, true), ('\(matePolicy)', 'Mates', false, false);
            INSERT INTO directus_users (id, email, first_name, token, role, tenant) VALUES
              ('a0000000-0000-4000-8000-000000000020', 'boss@example.com', 'Boss', 'boss', NULL, NULL),
              ('\(ann)', 'ann@example.com', 'Ann', 'ann', 'b0000000-0000-4000-8000-000000000021', 1),
              ('\(bob)', 'bob@example.com', 'Bob', 'bob', 'b0000000-0000-4000-8000-000000000021', 2),
              ('\(cid)', 'cid@example.com', 'Cid', 'cid', 'b0000000-0000-4000-8000-000000000021', 1);
            INSERT INTO directus_access (id, "user", role, policy) VALUES
              ('d0000000-0000-4000-8000-000000000020', 'a0000000-0000-4000-8000-000000000020', NULL, 'c0000000-0000-4000-8000-000000000020'),
              ('d0000000-0000-4000-8000-000000000021', NULL, 'b0000000-0000-4000-8000-000000000021', '\(matePolicy)');
            \(Right.sql(rights, of: matePolicy, from: shipsRight))
            SELECT setval('directus_permissions_id_seq', 500);
            INSERT INTO ports (id, name) VALUES (1, 'Ayr'), (2, 'Bari');
            INSERT INTO crates (id, label) VALUES (1, 'tea');
            INSERT INTO beasts (id, label) VALUES (1, 'lion');
            INSERT INTO lounge (id, motto, open) VALUES (1, 'Quiet', true);
            INSERT INTO ships (id, name, code, slip, ledger, charm, pin, wage, sailed, papers, position, tenant, owner) VALUES
              (1, 'Argo', 'A1', 's1', 'gold', 'lucky', 'h1', 10, '2020-01-02', '{"a":1}', 1, 1, '\(ann)'),
              (2, 'Beagle', 'B1', 's2', 'tea', 'unlucky', 'h2', 70, '2021-01-02', '{"a":2}', 2, 1, '\(cid)'),
              (3, 'Cutty', 'C1', 's3', 'wool', 'lucky', 'h3', 30, '2022-01-02', '{"a":3}', 3, 2, '\(bob)');
            INSERT INTO crew (id, name, rank, ship) VALUES (1, 'Eve', 'captain', 1), (2, 'Fay', 'cook', 3), (3, 'Gus', 'cook', 2);
            INSERT INTO vaults (id, label, ship) VALUES (1, 'ruby', 1), (2, 'opal', 3);
            INSERT INTO ships_ports (id, ships_id, ports_id) VALUES (1, 1, 1), (2, 3, 1);
            INSERT INTO ships_cargo (id, ships_id, collection, item) VALUES (1, 1, 'crates', '1'), (2, 1, 'beasts', '1');
            SELECT setval(pg_get_serial_sequence(t, 'id'), 10)
              FROM unnest(ARRAY['ships', 'crew', 'vaults', 'ports', 'crates', 'beasts', 'ships_ports', 'ships_cargo']) AS t;
            """)

    private static let yaml = """
        collection: tenants
        fields:
          id: { type: integer, auto_increment: false, primary: true }
          name: string
        ---
        collection: directus_users
        fields:
          tenant: { to: tenants }
        ---
        collection: ships
        sort: position
        versioning: true
        fields:
          id: { type: integer, auto_increment: true, primary: true }
          name: string
          code: { type: string, unique: true }
          slip: { type: string, unique: true }
          ledger: text
          charm: { type: string, conceal: true }
          pin: hash
          wage: integer
          sailed: date
          papers: json
          position: integer
          tenant: { to: tenants }
          owner: { to: directus_users }
          crew: { many: crew.ship }
          vaults: { many: vaults.ship }
          ports: { many: ports, through: ships_ports }
          cargo: { any: [crates, beasts], through: ships_cargo }
        ---
        collection: crew
        fields:
          id: { type: integer, auto_increment: true, primary: true }
          name: string
          rank: string
          ship: { to: ships }
        ---
        collection: vaults
        fields:
          id: { type: integer, auto_increment: true, primary: true }
          label: string
          ship: { to: ships }
        ---
        collection: ports
        fields:
          id: { type: integer, auto_increment: true, primary: true }
          name: string
        ---
        collection: crates
        fields:
          id: { type: integer, auto_increment: true, primary: true }
          label: string
        ---
        collection: beasts
        fields:
          id: { type: integer, auto_increment: true, primary: true }
          label: string
        ---
        collection: lounge
        singleton: true
        fields:
          id: { type: integer, auto_increment: true, primary: true }
          motto: string
          open: boolean
        """

    /// Everything that an attack on a write could change.
    static let state = """
        SELECT (SELECT json_agg(s ORDER BY id) FROM ships s), (SELECT json_agg(c ORDER BY id) FROM crew c),
          (SELECT json_agg(j ORDER BY id) FROM ships_ports j), (SELECT json_agg(j ORDER BY id) FROM ships_cargo j),
          (SELECT json_agg(p ORDER BY id) FROM ports p), (SELECT json_agg(c ORDER BY id) FROM crates c),
          (SELECT json_agg(b ORDER BY id) FROM beasts b), (SELECT json_agg(l) FROM lounge l), (SELECT json_agg(v ORDER BY id) FROM vaults v),
          (SELECT json_agg(v ORDER BY id) FROM directus_versions v), (SELECT json_agg(u ORDER BY id) FROM directus_users u),
          (SELECT count(*) FROM directus_activity), (SELECT count(*) FROM directus_revisions), (SELECT count(*) FROM directus_shares)
        """

    /// Gives every value that a mate of tenant 1 can't see another one, and takes away the other tenant's rows.
    static let changeOfWhatIsHidden = """
        DELETE FROM crew WHERE ship = 3; DELETE FROM vaults; DELETE FROM ships_ports WHERE ships_id = 3; DELETE FROM ships WHERE tenant = 2;
        UPDATE ships SET slip = 'x' || id, ledger = 'zinc' || id, charm = 'other' || id, pin = 'other' || id, papers = '[1,2,3]';
        UPDATE ships SET wage = wage + 1000 WHERE owner <> '\(ann)';
        UPDATE crew SET rank = 'z'; UPDATE beasts SET label = 'z'; UPDATE tenants SET name = 'z';
        """
}

/// The texts of refusals, in full.
enum Refused {
    static let plain = refusal("FORBIDDEN", "You don't have permission to access this.")

    static func field(_ field: String, _ collection: String, in place: String = "root") -> String {
        let reason =
            "You don't have permission to access field \"\(field)\" in collection \"\(collection)\" or it does not exist. Queried in \(place)."
        return refusal("FORBIDDEN", reason, reason: reason)
    }

    static func collection(_ collection: String, in place: String = "root") -> String {
        let reason = "You don't have permission to access collection \"\(collection)\" or it does not exist. Queried in \(place)."
        return refusal("FORBIDDEN", reason, reason: reason)
    }

    static func action(_ action: String, _ collection: String, fields: [String] = []) -> String {
        let named = fields.map { "\"\($0)\"" }.joined(separator: ", ")
        let reason =
            fields.isEmpty
            ? "You don't have permission to perform \"\(action)\" for collection \"\(collection)\" or it does not exist."
            : "You don't have permissions to perform \"\(action)\" for the field(s) \(named) in collection \"\(collection)\" or it does not exist."
        return refusal("FORBIDDEN", reason, reason: reason)
    }

    static func query(_ reason: String) -> String { refusal("INVALID_QUERY", "Invalid query. \(reason).", reason: reason) }

    static func payload(_ reason: String) -> String { refusal("INVALID_PAYLOAD", "Invalid payload. \(reason).", reason: reason) }
}
