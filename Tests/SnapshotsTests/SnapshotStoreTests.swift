import AccessControl
import QueryEngine
import SchemaModel
import Snapshots
import Testing

@Suite struct SnapshotStoreTests {
    private func rights(_ name: String) -> AccessSnapshot {
        AccessSnapshot.build(roles: [RoleRow(id: RoleID(name), parent: nil)], policies: [], attachments: [], permissions: [])
    }

    private func schema(_ name: String) -> SchemaSnapshot {
        SchemaSnapshot(collections: [Collection(name: CollectionName(name), table: nil, fields: [], primaryKey: "id")], relations: [])
    }

    @Test func `keeps the newer reading, whichever comes last, and counts generations up`() {
        let store = SnapshotStore(schema: schema("first"))
        let (older, newer) = (store.takeTicket(), store.takeTicket())
        #expect(older < newer)
        let before = store.current
        #expect(store.publish(access: rights("new"), newer))
        #expect(!store.publish(access: rights("old"), older))
        #expect(store.publish(schema: schema("second"), older))
        let current = store.current
        #expect(current.access.roles[RoleID("new")] != nil && current.schema.collection("second") != nil)
        #expect(current.generation == before.generation + 2)
        #expect(before.access.roles.isEmpty && before.schema.collection("first") != nil)
        #expect(!store.publish(schema: schema("third"), older))
    }

    @Test func `loses nothing when many publish at once`() async {
        let store = SnapshotStore(schema: schema("first"))
        await withTaskGroup(of: Void.self) { group in
            for round in 0..<200 {
                group.addTask {
                    let ticket = store.takeTicket()
                    if round.isMultiple(of: 2) {
                        store.publish(access: rights("r\(round)"), ticket)
                    } else {
                        store.publish(schema: schema("s\(round)"), ticket)
                    }
                }
            }
        }
        let (access, other) = (store.takeTicket(), store.takeTicket())
        #expect(store.publish(access: rights("last"), access) && store.publish(schema: schema("last"), other))
        #expect(store.current.access.roles[RoleID("last")] != nil && store.current.schema.collection("last") != nil)
    }
}
