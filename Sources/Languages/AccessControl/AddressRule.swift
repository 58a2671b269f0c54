internal import Glibc

/// An IPv4 or IPv6 address. An IPv4 address mapped into IPv6 (`::ffff:10.0.0.1`) is the IPv4 address.
package struct IPAddress: Hashable, Sendable, Comparable {
    /// 4 or 16 bytes.
    let bytes: [UInt8]

    /// - Returns: nil for anything that is no address: a name, an address with a port, blanks around it. A zone (`fe80::1%eth0`) is dropped.
    package init?(_ text: String) {
        var four = in_addr()
        if inet_pton(AF_INET, text, &four) == 1 {
            bytes = withUnsafeBytes(of: four) { Array($0) }
            return
        }
        var six = in6_addr()
        let bare = text.prefix { $0 != "%" }
        guard inet_pton(AF_INET6, String(bare), &six) == 1 else { return nil }
        let all = withUnsafeBytes(of: six) { Array($0) }
        let isMapped = all.prefix(10).allSatisfy { $0 == 0 } && all[10] == 0xFF && all[11] == 0xFF
        bytes = isMapped ? Array(all.suffix(4)) : all
    }

    package static func < (a: IPAddress, b: IPAddress) -> Bool { a.bytes.lexicographicallyPrecedes(b.bytes) }
}

/// One entry of a policy's `ip_access`: an address, a range `a-b` (both ends included), or a CIDR block.
/// - Source: contract/system.md, 5.2. IPv4 and IPv6 never match one another, but for mapped addresses.
package enum AddressRule: Hashable, Sendable {
    case address(IPAddress)
    case range(IPAddress, IPAddress)
    case block(IPAddress, prefix: Int)

    /// - Returns: nil for any other text: what `INVALID_PAYLOAD` is answered to. Blanks around the parts are allowed.
    package init?(_ text: String) {
        let text = AddressRule.trim(text[...])
        if let slash = text.firstIndex(of: "/") {
            let bits = text[text.index(after: slash)...]
            guard let base = IPAddress(String(text[..<slash])), bits.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }), let prefix = Int(bits),
                prefix <= base.bytes.count * 8
            else { return nil }
            self = .block(base, prefix: prefix)
        } else if let dash = text.firstIndex(of: "-") {
            guard let low = IPAddress(String(AddressRule.trim(text[..<dash]))),
                let high = IPAddress(String(AddressRule.trim(text[text.index(after: dash)...]))),
                low.bytes.count == high.bytes.count, low <= high
            else { return nil }
            self = .range(low, high)
        } else {
            guard let address = IPAddress(String(text)) else { return nil }
            self = .address(address)
        }
    }

    package func contains(_ address: IPAddress) -> Bool {
        switch self {
        case .address(let one): return one == address
        case .range(let low, let high): return low.bytes.count == address.bytes.count && low <= address && address <= high
        case .block(let base, let prefix):
            guard base.bytes.count == address.bytes.count else { return false }
            let whole = prefix / 8
            guard base.bytes.prefix(whole) == address.bytes.prefix(whole) else { return false }
            let rest = prefix % 8
            if rest == 0 { return true }
            let mask = UInt8(truncatingIfNeeded: 0xFF << (8 - rest))
            return base.bytes[whole] & mask == address.bytes[whole] & mask
        }
    }

    private static func trim(_ text: Substring) -> Substring {
        var text = text
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return text
    }
}
