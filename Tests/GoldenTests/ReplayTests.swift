import JSONText
import Testing

/// How requests are made and answers read, and what a run means beside its list.
@Suite struct ReplayTests {
    @Test func writesBodiesAsTheRecorderDid() throws {
        let value = try JSONParser.parse(#"{"a":[1,2.50,"é\u0001\n"],"b":{}, "c":null}"#)
        #expect(RequestBytes.json(value) == #"{"a": [1, 2.50, "\u00e9\u0001\n"], "b": {}, "c": null}"#)
        #expect(RequestBytes.target("/items/a b?filter[x]=é\"{}") == "/items/a%20b?filter[x]=%C3%A9%22%7B%7D")
    }

    @Test func makesOneTimePasswords() {
        // RFC 6238, appendix B, the last six digits
        #expect(OneTimePassword.code(secret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", step: 1) == "287082")
        #expect(OneTimePassword.code(secret: "gezdgnbvgy3tqojqgezdgnbvgy3tqojq", step: 37_037_036) == "081804")
    }

    @Test func fillsVariables() {
        var variables = Variables()
        variables["id"] = 5
        variables["secret"] = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
        variables.oneTimePassword = { "\($0.count)" }
        #expect(variables.fill("{{id}}") == 5)
        #expect(variables.fill("/items/{{id}}?x={{none}}") == "/items/5?x={{none}}")
        #expect(variables.fill("{{totp:secret}}") == "32")
        #expect(variables.fill("{{ $trigger }} {{{{id}}") == "{{ $trigger }} {{5")
        #expect(variables.fill(["k{{id}}": ["{{id}}"]]) == ["k5": [5]])
    }

    @Test func readsCookies() {
        let read = Cookies.read([
            "a=1; Path=/; HttpOnly; SameSite=Lax; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
            "b=; Path=/x; Expires=Thu, 01 Jan 1970 00:00:00 GMT", "c=x=y; Expires=Thu, 01-Jan-2099 00:00:00 GMT",
        ])
        let want: JSONValue = [
            "a": ["value": "1", "path": "/", "httponly": true, "samesite": "lax", "max-age": "60"],
            "b": ["value": "", "path": "/x", "cleared": true], "c": ["value": "x=y"],
        ]
        #expect(read == want)
    }

    @Test func readsTokens() {
        // {"id":"x","iat":100,"exp":160}
        #expect(GoldenAnswer.payload("e30.eyJpZCI6IngiLCJpYXQiOjEwMCwiZXhwIjoxNjB9.c2ln") == ["id": "x", "ttl": 60])
        #expect(GoldenAnswer.payload("no token") == nil)
    }

    @Test func unfoldsTextsThatHoldJSON() {
        let value: JSONValue = ["result": ["content": [["text": "{\"a\": 1}"], ["text": "plain"]]]]
        let want: JSONValue = ["result": ["content": [["text": ["a": 1]], ["text": "plain"]]]]
        #expect(GoldenAnswer.unfold(value, "", [Glob("result.content.*.text")]) == want)
    }

    @Test func describesImages() {
        #expect(ImageProbe.describe(Array("GIF89a".utf8) + [80, 0, 40, 0, 0]) == ["format": "gif", "width": 80, "height": 40])
        #expect(ImageProbe.describe([0xFF, 0xD8, 0xFF, 0xC0]) == ["format": "broken"])
        #expect(ImageProbe.describe(Array("text".utf8)) == nil)
    }

    @Test func judgesARunByItsList() {
        let fault = Fault(place: "status", kind: "expected 200, got 500", detail: "expected 200, got 500: null")
        let results = [
            GoldenResult(id: "a", faults: []), GoldenResult(id: "b", faults: [fault]), GoldenResult(id: "c", faults: [fault]),
            GoldenResult(id: "d", faults: []),
        ]
        let list = ExpectedFailures(text: "# why\nb\twaits for versions\nd\tthe same\na\tchance: sorted by random keys\ngone\told\n")
        let verdict = GoldenVerdict(results, list: list, isWhole: true)
        #expect(verdict.passed == 2)
        #expect(verdict.unexpected.map(\.id) == ["c"])
        #expect(verdict.overcome == ["d"])
        #expect(verdict.unknown == ["gone"])
        let all = GoldenVerdict.list(from: results, before: list, mayQuote: false, update: .everything)
        let chance = "a\tchance: sorted by random keys\n"
        #expect(all.text(order: ["a", "b", "c", "d"]) == chance + "b\twaits for versions\nc\tstatus: expected 200, got 500\n")
        let shrunk = GoldenVerdict.list(from: results, before: list, mayQuote: false, update: .shrink)
        #expect(shrunk.text(order: ["a", "b", "c", "d"]) == chance + "b\twaits for versions\n")
    }

    @Test func readsAListOfOneLineForAWholeGroup() {
        let list = ExpectedFailures(text: "*\tsockets\n")
        #expect(list.extent == .wholeGroup(reason: "sockets"))
        #expect(list["any"] == "sockets")
        #expect(list.text(order: []) == "*\tsockets\n")
    }
}
