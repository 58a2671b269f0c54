import Snapshots
import Testing

@Suite struct ReloadScheduleTests {
    @Test func `reads once for all that comes meanwhile`() {
        var schedule = ReloadSchedule()
        #expect(schedule.changed([]) == .nothing)
        #expect(schedule.changed([.rights]) == .read([.rights]))
        #expect(schedule.changed([.users]) == .nothing)
        #expect(schedule.changed([.schema, .users]) == .nothing)
        #expect(schedule.succeeded() == .read([.users, .schema]))
        #expect(schedule.succeeded() == .nothing)
        #expect(schedule.changed([.users]) == .read([.users]))
    }

    @Test func `tries a failed reading again, with longer pauses up to a limit`() {
        var schedule = ReloadSchedule()
        _ = schedule.changed([.rights])
        var pauses: [ReloadSchedule.Action] = []
        for _ in 0..<8 {
            pauses.append(schedule.failed())
            #expect(schedule.changed([.users]) == .nothing)
            #expect(schedule.pauseEnded() == .read([.rights, .users]))
        }
        #expect(pauses.first == .pause(ReloadSchedule.shortestPause))
        #expect(pauses.last == .pause(ReloadSchedule.longestPause))
        #expect(schedule.succeeded() == .nothing)
        _ = schedule.changed([.rights])
        #expect(schedule.failed() == .pause(ReloadSchedule.shortestPause))
        #expect(schedule.pauseEnded() == .read([.rights]))
        #expect(schedule.pauseEnded() == .nothing)
    }
}
