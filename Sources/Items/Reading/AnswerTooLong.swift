import JSONText
import SchemaModel

/// What has to stand in memory whole, an answer or a piece of one, would be longer than it may be.
struct AnswerTooLong: Error {
    /// Bytes.
    let limit: Int

    var fault: WireError {
        .invalidQuery("The answer would be longer than \(limit) bytes: ask for fewer items, fields or levels")
    }
}
