/// A large value behind one reference: copying its owner counts one reference instead of all that the value holds. Writing copies the value first
/// where it is shared.
///
/// `@unchecked Sendable`: the storage is written only while nobody else has it.
struct CopyOnWrite<Value: Sendable & Equatable>: @unchecked Sendable, Equatable {
    private final class Storage {
        var value: Value

        init(_ value: Value) { self.value = value }
    }

    private var storage: Storage

    init(_ value: Value) { storage = Storage(value) }

    /// Read in place.
    var value: Value {
        _read { yield storage.value }
        _modify {
            if !isKnownUniquelyReferenced(&storage) { storage = Storage(storage.value) }
            yield &storage.value
        }
    }

    static func == (left: CopyOnWrite, right: CopyOnWrite) -> Bool {
        left.storage === right.storage || left.storage.value == right.storage.value
    }
}
