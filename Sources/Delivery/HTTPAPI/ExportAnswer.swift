import AccessControl
import HTTPServer
import QueryLanguage
import SchemaModel

/// A read as a download (contract/items.md, 2.12).
struct ExportAnswer {
    let format: ExportFormat
    let collection: String
    let now: Moment

    func response(_ body: HTTPResponse.Body) -> HTTPResponse {
        let type: String
        let suffix: String
        switch format {
        case .csv, .csvUTF8: (type, suffix) = ("text/csv; charset=utf-8", "csv")
        case .json: (type, suffix) = ("application/json; charset=utf-8", "json")
        case .xml: (type, suffix) = ("text/xml; charset=utf-8", "xml")
        case .yaml: (type, suffix) = ("text/yaml; charset=utf-8", "yaml")
        }
        return HTTPResponse(
            status: 200,
            headers: AnswerHeaders.always + [
                (name: "Content-Type", value: type),
                (name: "Content-Disposition", value: "attachment; filename=\"\(fileName).\(suffix)\""),
            ], body: body)
    }

    /// `<collection> <yyyymmdd>-<h><m><s>`, the time's parts without leading zeros.
    private var fileName: String {
        let text = now.isoText
        let date = text.prefix(10).filter { $0 != "-" }
        let time = text.dropFirst(11).prefix(8).split(separator: ":").map { String(Int($0) ?? 0) }.joined()
        let name = collection.unicodeScalars.filter { $0.value >= 0x20 && $0 != "\"" && $0 != "\\" }
        return "\(String(String.UnicodeScalarView(name))) \(date)-\(time)"
    }
}
