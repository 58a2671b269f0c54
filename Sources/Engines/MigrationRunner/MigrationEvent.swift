/// What happens while migrations run; one place turns it into logs, another into metrics. Called on the runner's loop; must not block.
package enum MigrationEvent: Sendable, Equatable {
    /// Another process holds the migration lock.
    case waitingForLock
    /// The tables' locks were not to be had in time; the next attempt follows after the delay.
    case lockTimeout(attempt: Int, retryIn: Duration)
    case stepStarted(String)
    case stepFinished(String, Duration)
    /// Found unfinished at the start: its remaining steps are run.
    case resumed(generation: Int)
    /// Found unfinished, but the definitions have changed since: its remaining steps are planned anew.
    case abandoned(generation: Int)
    case invalidIndexDropped(String)
    case applied(generation: Int, plan: String, steps: Int, Duration)
    case rolledBack(generation: Int, by: Int)
    /// The record could not be written to the folder.
    case recordNotWritten(path: String, reason: String)
    /// The structure after the plan is not the one that it promised.
    case fingerprintDiffers(expected: String, found: String)
    /// Objects that were changed by hand since the last plan.
    case drift([String])
}
