import JSONText
import SchemaModel

/// A way into a snapshot: `fields[12].meta.sort`.
struct SnapshotPath: Equatable, CustomStringConvertible {
    enum Step: Equatable {
        case key(String)
        case index(Int)
    }
    var steps: [Step] = []

    func appending(_ key: String) -> SnapshotPath { SnapshotPath(steps: steps + [.key(key)]) }
    func appending(_ index: Int) -> SnapshotPath { SnapshotPath(steps: steps + [.index(index)]) }

    var description: String {
        var text = ""
        for step in steps {
            switch step {
            case .key(let key): text += text.isEmpty ? key : ".\(key)"
            case .index(let index): text += "[\(index)]"
            }
        }
        return text.isEmpty ? "snapshot" : text
    }
}

/// What is found while a snapshot is read: mistakes (all of them) and remarks.
struct SnapshotLog {
    struct Mistake: Equatable {
        var code: String
        var path: SnapshotPath
        var message: String
        var hint: String?
    }
    private(set) var mistakes: [Mistake] = []
    private(set) var report = ImportReport()

    mutating func mistake(_ code: String, at path: SnapshotPath, _ message: String, hint: String? = nil) {
        mistakes.append(Mistake(code: code, path: path, message: message, hint: hint))
    }

    mutating func remark(_ kind: ImportRemark.Kind, at path: SnapshotPath, _ message: String, value: JSONValue? = nil) {
        report.remarks.append(ImportRemark(kind, at: path.description, message: message, value: value))
    }

    mutating func take(_ other: SnapshotLog) {
        mistakes += other.mistakes
        report.remarks += other.report.remarks
    }
}
