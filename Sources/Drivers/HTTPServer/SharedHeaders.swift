import Glibc

/// Headers that many answers have alike, checked once and kept in the library's form.
///
/// - Left out or cleaned like any others (`HTTPResponse`), but nobody is told: they are the program's own.
/// - `@unchecked Sendable`: the strings never change; freed with the last reference.
package final class SharedHeaders: @unchecked Sendable {
    let lines: [(name: UnsafePointer<CChar>, value: UnsafePointer<CChar>)]
    package let headers: [(name: String, value: String)]
    /// What they say of compression.
    let codingTraits: CodingTraits

    package init(_ headers: [(name: String, value: String)]) {
        var kept: [(name: String, value: String)] = []
        for (name, value) in headers {
            switch HeaderText.check(name: name, value: value) {
            case .fine: kept.append((name, value))
            case .cleaned(let cleaned): kept.append((name, cleaned))
            case .ours, .badName: continue
            }
        }
        self.headers = kept
        codingTraits = CodingTraits(of: kept)
        lines = kept.compactMap { header in
            guard let name = strdup(header.name), let value = strdup(header.value) else { return nil }
            return (UnsafePointer(name), UnsafePointer(value))
        }
    }

    deinit {
        for line in lines {
            free(UnsafeMutablePointer(mutating: line.name))
            free(UnsafeMutablePointer(mutating: line.value))
        }
    }
}
