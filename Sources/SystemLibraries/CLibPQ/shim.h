#include <libpq-fe.h>

// Character constants, which Swift does not import.
enum kerege_pq_field {
    kerege_pq_severity = PG_DIAG_SEVERITY_NONLOCALIZED,
    kerege_pq_sqlstate = PG_DIAG_SQLSTATE,
    kerege_pq_message = PG_DIAG_MESSAGE_PRIMARY,
    kerege_pq_detail = PG_DIAG_MESSAGE_DETAIL,
    kerege_pq_hint = PG_DIAG_MESSAGE_HINT,
    kerege_pq_position = PG_DIAG_STATEMENT_POSITION,
    kerege_pq_schema = PG_DIAG_SCHEMA_NAME,
    kerege_pq_table = PG_DIAG_TABLE_NAME,
    kerege_pq_column = PG_DIAG_COLUMN_NAME,
    kerege_pq_datatype = PG_DIAG_DATATYPE_NAME,
    kerege_pq_constraint = PG_DIAG_CONSTRAINT_NAME,
    kerege_pq_function = PG_DIAG_SOURCE_FUNCTION
};

static inline const char *kerege_pq_error_field(const PGresult *result, enum kerege_pq_field field) {
    return PQresultErrorField(result, field);
}
