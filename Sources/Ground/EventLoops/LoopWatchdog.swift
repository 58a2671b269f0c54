import Glibc

/// Traps in debug builds when one piece of work (a job, a callback, a hook) holds its loop for too long. Nothing in release builds.
package struct LoopWatchdog {
    /// `.standard`: over 250 ms of the thread's CPU time, or 5 s of wall time, in one piece: virtual machines stand still now and then, and much
    /// happens on a busy one. Off under sanitizers, which slow everything down.
    package enum Mode: Sendable {
        case standard
        /// 50 ms and 1 s, also where the machine is overloaded.
        case strict
        case off
    }

    #if DEBUG
        private static let isSanitized = dlsym(nil, "__tsan_init") != nil || dlsym(nil, "__asan_init") != nil

        private let isOn: Bool
        private let isForgiving: Bool
        private let cpuLimit: Int64
        private let wallLimit: Int64
        private let loop: Int
        private var cpu: Int64 = 0
        private var wall: Int64 = 0

        init(mode: Mode, loop: Int) {
            self.loop = loop
            isOn = mode != .off && !Self.isSanitized
            isForgiving = mode == .standard
            cpuLimit = mode == .standard ? 250_000_000 : 50_000_000
            wallLimit = mode == .standard ? 5_000_000_000 : 1_000_000_000
        }

        /// Ends one piece of work and begins the next.
        mutating func lap() {
            guard isOn else { return }
            let cpu = Self.nanoseconds(CLOCK_THREAD_CPUTIME_ID)
            let wall = Self.nanoseconds(CLOCK_MONOTONIC)
            defer { (self.cpu, self.wall) = (cpu, wall) }
            guard self.wall != 0 else { return }
            let (usedCPU, usedWall) = (cpu - self.cpu, wall - self.wall)
            if usedCPU <= cpuLimit && usedWall <= wallLimit { return }
            if isForgiving && Self.isMachineOverloaded { return }
            precondition(usedCPU <= cpuLimit, "loop \(loop) was held for \(usedCPU / 1_000_000) ms of CPU time by one piece of work")
            precondition(usedWall <= wallLimit, "loop \(loop) was held for \(usedWall / 1_000_000) ms by one piece of work that waited")
        }

        /// Far more runs than there are cores: waiting, and time in a cold cache, is then nobody's fault here.
        private static var isMachineOverloaded: Bool {
            guard let file = fopen("/proc/loadavg", "r") else { return false }
            defer { fclose(file) }
            var line = [CChar](repeating: 0, count: 64)
            guard fgets(&line, Int32(line.count), file) != nil else { return false }
            return strtod(line, nil) > Double(2 * sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        }

        /// The loop is about to wait for descriptors: what passes now is nobody's work.
        mutating func endTick() {
            guard isOn else { return }
            lap()
            wall = 0
        }

        private static func nanoseconds(_ clock: clockid_t) -> Int64 {
            var time = timespec()
            clock_gettime(clock, &time)
            return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
        }
    #else
        init(mode: Mode, loop: Int) {}

        @inline(__always)
        mutating func lap() {}

        @inline(__always)
        mutating func endTick() {}
    #endif
}

extension EventLoop {
    /// Tells the watchdog of debug builds that the next of many small pieces of work begins (libmicrohttpd serves many connections in one call).
    @inline(__always)
    package func beginPieceOfWork() { watchdog.lap() }
}
