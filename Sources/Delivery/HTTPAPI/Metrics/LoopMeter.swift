import EventLoops
import Glibc
import Telemetry

/// Measures how late a loop gets to what is due: the time that any request may wait for its turn.
///
/// Off the path of requests: a timer, four times a second. `@unchecked Sendable`: its state is touched on `loop` only.
final class LoopMeter: @unchecked Sendable {
    private static let interval = Duration.milliseconds(250)

    private let loop: EventLoop
    private let delay: Histogram
    private var timer: LoopTimer?
    private var last = ContinuousClock.now

    init(loop: EventLoop, delay: Histogram) {
        self.loop = loop
        self.delay = delay
    }

    /// From any thread, as `stop`.
    func start() { loop.execute { self.begin() } }

    func stop() { loop.execute { self.end() } }

    private func begin() {
        guard timer == nil else { return }
        last = ContinuousClock.now
        timer = loop.schedule(after: LoopMeter.interval, repeating: LoopMeter.interval) { [weak self] in self?.measure() }
    }

    private func end() {
        timer?.cancel()
        timer = nil
    }

    private func measure() {
        let now = ContinuousClock.now
        delay.record(now - last - LoopMeter.interval)
        last = now
    }

    /// CPU time that the calling thread has used, microseconds.
    static var threadMicroseconds: Int {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Int(time.tv_sec) * 1_000_000 + Int(time.tv_nsec) / 1000
    }
}
