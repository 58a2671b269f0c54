/// When to try again after failed attempts to connect: 100 ms, doubled each time, up to 5 s, each a little shortened at random so that
/// many clients do not come at once.
package struct ReconnectSchedule {
    package static let shortest = Duration.milliseconds(100)
    package static let longest = Duration.seconds(5)

    package private(set) var failures = 0

    package init() {}

    /// How long to wait after one more failure.
    package mutating func failed() -> Duration {
        let doublings = min(failures, 10)
        failures += 1
        return min(ReconnectSchedule.shortest * (1 << doublings), ReconnectSchedule.longest) * Double.random(in: 0.8...1)
    }

    package mutating func succeeded() {
        failures = 0
    }
}
