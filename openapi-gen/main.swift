import Glibc
import JSONText
import OpenAPIGeneration
import SchemaCompiler
import SchemaModel

// Writes the administrator's OpenAPI document of a folder of definitions, without a database; `--check` compares instead.
// openapi-gen [--check] [--schemas DIR] [FILE]; exit status 0, 1 (differs, or mistakes in the definitions), 2 (usage).

func fail(_ message: String, status: Int32 = 1) -> Never {
    let line = "openapi-gen: \(message)\n"
    _ = write(STDERR_FILENO, line, line.utf8.count)
    exit(status)
}

func bytes(of path: String) -> [UInt8]? {
    guard let stream = fopen(path, "r") else { return nil }
    defer { fclose(stream) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
        let count = fread(&chunk, 1, chunk.count, stream)
        if count == 0 { return ferror(stream) == 0 ? bytes : nil }
        bytes += chunk[..<count]
    }
}

/// The YAML files below a folder, by name; nil where it can't be opened.
func definitions(in folder: String) -> [String]? {
    guard let directory = opendir(folder) else { return nil }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
        names.append(withUnsafePointer(to: &entry.pointee.d_name) { $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) } })
    }
    return names.filter { !$0.hasPrefix(".") }.sorted().flatMap { name -> [String] in
        let path = "\(folder)/\(name)"
        return name.hasSuffix(".yaml") || name.hasSuffix(".yml") ? [path] : definitions(in: path) ?? []
    }
}

func environment() -> [String: String] {
    var out: [String: String] = [:]
    var next = environ
    while let entry = next.pointee {
        let parts = String(cString: entry).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        if parts.count == 2 { out[String(parts[0])] = String(parts[1]) }
        next += 1
    }
    return out
}

var isCheck = false
var folder = "Schemas"
var target = "openapi-gen/openapi.json"
var arguments = CommandLine.arguments.dropFirst().makeIterator()
while let argument = arguments.next() {
    switch argument {
    case "--check": isCheck = true
    case "--schemas":
        guard let value = arguments.next() else { fail("--schemas needs a folder", status: 2) }
        folder = value
    case _ where argument.hasPrefix("-"): fail("usage: openapi-gen [--check] [--schemas DIR] [FILE]", status: 2)
    default: target = argument
    }
}

guard let paths = definitions(in: folder) else { fail("\(folder) can't be read") }
var files: [SourceFile] = []
for path in paths {
    guard let bytes = bytes(of: path) else { fail("\(path) can't be read") }
    do throws(Diagnostic) { files.append(try SourceFile(path: path, bytes: bytes)) } catch { fail("\(error)") }
}
let result = SchemaCompiler.compile(files: files, environment: environment())
guard let schema = result.snapshot else { fail(result.errors.map(\.description).joined(separator: "\n")) }
let document = OpenAPIDocument(of: schema, for: .admin).pretty

if isCheck {
    guard bytes(of: target) == document.bytes else { fail("\(target) is not what \(folder) gives; run openapi-gen") }
} else {
    guard let stream = fopen(target, "w") else { fail("\(target) can't be written") }
    let written = document.withUnsafeBytes { fwrite($0.baseAddress, 1, $0.count, stream) }
    guard written == document.count, fclose(stream) == 0 else { fail("\(target) can't be written") }
}
