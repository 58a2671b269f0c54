import EventLoops
import Identity
import Postgres
import SchemaModel
import Telemetry
import TestSupport
import Testing

@Suite struct AdminBootstrapTests {
    private static let quick = PasswordHasher(cost: .init(memory: 64, passes: 1, lanes: 1))

    private func bootstrap(email: String? = nil, password: Secret<String>? = nil, token: Secret<String>? = nil) -> AdminBootstrap {
        AdminBootstrap(AdminBootstrap.Settings(email: email, password: password, token: token), hasher: Self.quick)
    }

    @Test func `makes the administrator once, with role, policy, public policy and settings`() async throws {
        try await withSystemTables { client in
            let first = try await bootstrap(email: "Me@Example.com", password: "d1r3ctu5", token: "admin-token").run(using: client)
            #expect(first == .created(email: "Me@Example.com", generatedPassword: nil, generatedToken: nil))
            let second = try await bootstrap(email: "me@example.com", password: "d1r3ctu5", token: "admin-token").run(using: client)
            #expect(second == .unchanged)
            let summary = try await client.value(
                """
                SELECT concat_ws('|', u.first_name, u.last_name, u.status, u.token, r.name, r.icon, r.description, p.name, p.admin_access, p.app_access,
                  (SELECT count(*) FROM directus_users), (SELECT count(*) FROM directus_access), (SELECT count(project_id) FROM directus_settings),
                  (SELECT a.sort FROM directus_access a WHERE a.policy = '\(PolicyID.public)' AND a.role IS NULL AND a."user" IS NULL))
                FROM directus_users u JOIN directus_roles r ON r.id = u.role JOIN directus_access a ON a.role = r.id
                JOIN directus_policies p ON p.id = a.policy
                """)
            #expect(
                summary
                    == "Admin|User|active|\(StaticToken.storedForm(of: "admin-token"))|Administrator|verified|$t:admin_description|Administrator|t|t|1|2|1|1"
            )
            let hash = try #require(try await client.value("SELECT password FROM directus_users"))
            #expect(try await Self.quick.verify("d1r3ctu5", against: hash) == true)
            let principal = try await TokenAuthentication().principal(of: "admin-token", using: client)
            #expect(principal.isUser)
        }
    }

    @Test func `hands out what it generated, once`() async throws {
        try await withSystemTables { client in
            guard case .created(let email, let password?, let token?) = try await bootstrap().run(using: client) else {
                Issue.record("nothing was created")
                return
            }
            #expect(email == "admin@example.com")
            #expect(password.reveal().count == 24)
            _ = try await TokenAuthentication().principal(of: token.reveal(), using: client)
            #expect(try await bootstrap().run(using: client) == .unchanged)
        }
    }

    @Test func `changes the token when another is configured, a plain one too`() async throws {
        try await withSystemTables { client in
            _ = try await bootstrap(token: "one").run(using: client)
            #expect(try await bootstrap(token: "two").run(using: client) == .tokenChanged)
            await #expect(throws: WireError.invalidCredentials) { try await TokenAuthentication().principal(of: "one", using: client) }
            _ = try await TokenAuthentication().principal(of: "two", using: client)
            try await client.run("UPDATE directus_users SET token = 'two'")
            #expect(try await bootstrap(token: "two").run(using: client) == .tokenChanged)
            #expect(try await bootstrap(token: "two").run(using: client) == .unchanged)
            #expect(try await bootstrap(email: "other@example.com", token: "two").run(using: client) == .noSuchUser(email: "other@example.com"))
        }
    }

    @Test func `gives an administrator who has lost the token another one`() async throws {
        try await withSystemTables { client in
            #expect(try await AdminTokenReset.run(email: nil, fallback: "me@example.com", using: client) == .noAdministrator)
            _ = try await bootstrap(email: "Me@example.com", token: "one").run(using: client)
            for email in [nil, "ME@example.com"] {
                let outcome = try await AdminTokenReset.run(email: email, fallback: "admin@example.com", using: client)
                guard case .changed("Me@example.com", let token) = outcome else {
                    Issue.record("\(outcome)")
                    return
                }
                _ = try await TokenAuthentication().principal(of: token.reveal(), using: client)
            }
            await #expect(throws: WireError.invalidCredentials) { try await TokenAuthentication().principal(of: "one", using: client) }
            #expect(
                try await AdminTokenReset.run(email: "you@example.com", fallback: "me@example.com", using: client)
                    == .unclear(administrators: ["Me@example.com"]))
        }
    }

    @Test(arguments: ["user", "role", "parent"]) func `makes nobody where an administrator exists`(_ way: String) async throws {
        let role = way == "parent" ? key(8) : key(9)
        let attachment = way == "user" ? "NULL, '\(key(1))'" : "'\(role)', NULL"
        let script = """
            INSERT INTO directus_roles (id, name, parent) VALUES ('\(key(8))', 'p', NULL), ('\(key(9))', 'r', '\(key(8))');
            INSERT INTO directus_users (id, email, role) VALUES ('\(key(1))', 'boss@example.com', \(way == "user" ? "NULL" : "'\(key(9))'"));
            INSERT INTO directus_policies (id, name, admin_access) VALUES ('\(key(7))', 'all', true);
            INSERT INTO directus_access (id, role, "user", policy) VALUES ('\(key(6))', \(attachment), '\(key(7))');
            """
        try await withSystemTables(script) { client in
            #expect(try await bootstrap().run(using: client) == .unchanged)
            try await client.run("UPDATE directus_users SET status = 'suspended'")
            #expect(try await bootstrap(email: "boss@example.com").run(using: client) == .emailTaken("boss@example.com"))
            guard case .created = try await bootstrap().run(using: client) else {
                Issue.record("no administrator is left, so one has to be made")
                return
            }
        }
    }

    @Test func `five servers at once make one`() async throws {
        try await withTestDatabase { database in
            let group = try EventLoopGroup(count: 5, name: "server", watchdog: .off)
            let outcomes = try await withThrowingTaskGroup(of: AdminBootstrap.Outcome.self) { tasks in
                try await run(on: group.loops[0]) {
                    try await PostgresSession.with(database.configuration, loop: group.loops[0]) { _ = try await $0.execute(systemTables) }
                }
                for loop in group.loops {
                    tasks.addTask {
                        try await TestSupport.run(on: loop) {
                            let client = PostgresClient(configuration: database.configuration, loop: loop)
                            try await client.start()
                            let outcome = try await bootstrap(token: "shared").run(using: client)
                            await client.close(grace: .seconds(5))
                            return outcome
                        }
                    }
                }
                return try await tasks.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.count { $0 == .unchanged } == 4)
            await shutDown(group)
        }
    }

    @concurrent private func shutDown(_ group: EventLoopGroup) async { group.shutdown() }
}
