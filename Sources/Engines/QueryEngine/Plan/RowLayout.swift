/// The members of a row's object in one flat list, for the loop over many rows: what stands between values is ready to copy, and nothing has to be
/// counted.
///
/// - Shape: the object is each step's `before` and value, then `end`. Groups have no steps of their own.
/// - `@unchecked Sendable`: the memory is written by `init` alone, and freed with the object.
package final class RowLayout: @unchecked Sendable {
    /// As in `ReadMember`. Nothing but numbers.
    package enum Value: Sendable, BitwiseCopyable {
        case cell(Int, CellEncoder)
        case object(linkCell: Int, child: Int)
        case list(keyCell: Int, maskCell: Int?, child: Int)
        /// - Parameter children: the index in `anyChildren`.
        case anyObject(collectionCell: Int, itemCell: Int, children: Int)
    }

    package struct Step: BitwiseCopyable {
        /// `{"id":`, `,"title":`, `},"author":`. Valid while the layout lives.
        package let before: UnsafeBufferPointer<UInt8>
        package let value: Value
    }

    package let steps: UnsafeBufferPointer<Step>
    /// `}`, or the whole of an object without members. Valid while the layout lives.
    package let end: UnsafeBufferPointer<UInt8>
    package let anyChildren: [[(collection: [UInt8], child: Int)]]
    private let literals: UnsafeBufferPointer<UInt8>

    package init(_ members: [ReadMember]) {
        var builder = Builder()
        builder.add(members)
        let literals = RowLayout.copied(builder.literals)
        steps = RowLayout.copied(
            builder.steps.map { Step(before: UnsafeBufferPointer(rebasing: literals[$0.literals]), value: $0.value) })
        end = UnsafeBufferPointer(rebasing: literals[builder.pendingStart...])
        anyChildren = builder.anyChildren
        self.literals = literals
    }

    deinit {
        steps.deallocate()
        literals.deallocate()
    }

    private static func copied<Element: BitwiseCopyable>(_ elements: [Element]) -> UnsafeBufferPointer<Element> {
        let memory = UnsafeMutableBufferPointer<Element>.allocate(capacity: elements.count)
        _ = memory.initialize(from: elements)
        return UnsafeBufferPointer(memory)
    }

    private struct Builder {
        var steps: [(literals: Range<Int>, value: Value)] = []
        var literals: [UInt8] = []
        var anyChildren: [[(collection: [UInt8], child: Int)]] = []
        /// Where those begin that no step has yet.
        var pendingStart = 0

        mutating func add(_ members: [ReadMember]) {
            literals.append(UInt8(ascii: "{"))
            for (index, member) in members.enumerated() {
                if index > 0 { literals.append(UInt8(ascii: ",")) }
                switch member {
                case .cell(let key, let cell, let encoder): add(key, .cell(cell, encoder))
                case .object(let key, let linkCell, let child): add(key, .object(linkCell: linkCell, child: child))
                case .list(let key, let keyCell, let maskCell, let child): add(key, .list(keyCell: keyCell, maskCell: maskCell, child: child))
                case .anyObject(let key, let collectionCell, let itemCell, let children):
                    add(key, .anyObject(collectionCell: collectionCell, itemCell: itemCell, children: anyChildren.count))
                    anyChildren.append(children)
                case .group(let key, let inner):
                    literals += key
                    add(inner)
                }
            }
            literals.append(UInt8(ascii: "}"))
        }

        private mutating func add(_ key: [UInt8], _ value: Value) {
            literals += key
            steps.append((pendingStart..<literals.count, value))
            pendingStart = literals.count
        }
    }
}
