package import SQLText

/// How PostgreSQL plans prepared statements.
package enum PlanModeSQL {
    /// Once for all values, until the transaction ends.
    package static let once = ("SELECT set_config('plan_cache_mode', 'force_generic_plan', true)" as SQLFragment).statement
}
