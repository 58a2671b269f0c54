import MigrationPlanning
import Testing

@Suite struct TypeConversionTests {
    static let cases: [(String, String, TypeConversion)] = [
        ("character varying(100)", "character varying(255)", .instant),
        ("character varying(100)", "text", .instant),
        ("character varying(255)", "character varying(100)", .lossy),
        ("text", "character varying(255)", .lossy),
        ("character varying", "character varying(255)", .lossy),
        ("integer", "bigint", .safe),
        ("bigint", "integer", .lossy),
        ("integer", "numeric(10,5)", .lossy),
        ("integer", "numeric(15,5)", .safe),
        ("numeric(10,5)", "numeric(12,5)", .instant),
        ("numeric(10,5)", "numeric(12,6)", .safe),
        ("numeric(10,5)", "numeric(10,2)", .lossy),
        ("numeric(10,5)", "numeric", .instant),
        ("real", "double precision", .safe),
        ("integer", "real", .lossy),
        ("json", "jsonb", .safe),
        ("uuid", "character varying(255)", .safe),
        ("uuid", "character varying(20)", .lossy),
        ("text", "uuid", .lossy),
        ("text", "integer", .lossy),
        ("json", "text", .safe),
        ("date", "timestamp with time zone", .safe),
        ("timestamp with time zone", "date", .lossy),
        ("boolean", "uuid", .unknown),
        ("integer", "uuid", .unknown),
        ("timestamp(0) with time zone", "timestamp with time zone", .instant),
    ]

    @Test(arguments: cases) func classifies(_ from: String, _ to: String, _ expected: TypeConversion) {
        #expect(TypeConversion.of(TypeText(from), to: TypeText(to)) == expected)
    }
}
