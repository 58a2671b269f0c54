import Glibc

/// What the system says of this process, under the names that Prometheus' own clients use.
/// - Reads `/proc`: on the blocking pool.
struct ProcessReading: Sendable {
    let cpuMicroseconds: Int
    /// Bytes; nil where the system doesn't tell.
    let residentMemory: Int?
    let openDescriptors: Int?

    init() {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        cpuMicroseconds = Int(time.tv_sec) * 1_000_000 + Int(time.tv_nsec) / 1000
        residentMemory = ProcessReading.residentPages().map { $0 * Int(sysconf(Int32(_SC_PAGESIZE))) }
        openDescriptors = ProcessReading.countOfDescriptors()
    }

    var prometheusText: String {
        var text = """
            # HELP process_cpu_seconds_total CPU time of the process.
            # TYPE process_cpu_seconds_total counter
            process_cpu_seconds_total \(PrometheusNumber.seconds(cpuMicroseconds))

            """
        if let residentMemory {
            text += """
                # HELP process_resident_memory_bytes Memory of the process.
                # TYPE process_resident_memory_bytes gauge
                process_resident_memory_bytes \(residentMemory)

                """
        }
        if let openDescriptors {
            text += """
                # HELP process_open_fds Open descriptors of the process.
                # TYPE process_open_fds gauge
                process_open_fds \(openDescriptors)

                """
        }
        return text
    }

    private static func residentPages() -> Int? {
        let descriptor = open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 128)
        let count = read(descriptor, &bytes, bytes.count)
        guard count > 0 else { return nil }
        let words = String(decoding: bytes[..<count], as: UTF8.self).split(separator: " ")
        return words.count > 1 ? Int(words[1]) : nil
    }

    private static func countOfDescriptors() -> Int? {
        guard let folder = opendir("/proc/self/fd") else { return nil }
        defer { closedir(folder) }
        var count = 0
        while let entry = readdir(folder) {
            if entry.pointee.d_name.0 != CChar(UInt8(ascii: ".")) { count += 1 }
        }
        // One of them is this folder's.
        return count - 1
    }
}
