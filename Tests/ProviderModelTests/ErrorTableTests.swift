import Basics
import ProviderModel
import Testing

@Suite("Error tables")
struct ErrorTableTests {
  let table = ErrorTable([
    .invalid: ["Invalid*"], .notFound: ["*.NotFound", "InvalidGroup.Gone"], .throttled: ["*Throttling*", "http:429"],
    .transient: ["http:503"],
  ])

  @Test("let an exact code win over patterns")
  func exact() { #expect(table.classify(code: "InvalidGroup.Gone", status: 400) == .notFound) }

  @Test("let the longer pattern win")
  func longer() {
    #expect(table.classify(code: "InvalidVpcId.NotFound", status: 404) == .notFound)
    #expect(table.classify(code: "InvalidVpcId", status: 404) == .invalid)
  }

  @Test("ask the HTTP status only when no code fits")
  func status() {
    #expect(table.classify(code: "Whatever", status: 429) == .throttled)
    #expect(table.classify(code: "Invalid", status: 503) == .invalid)
    #expect(table.classify(code: "Whatever", status: 400) == nil)
  }

  @Test("match a star in the middle and at both ends")
  func stars() {
    #expect(table.classify(code: "Throttling.User", status: 400) == .throttled)
    #expect(table.classify(code: "Request.Throttling", status: 400) == .throttled)
    #expect(ErrorTable([.notYet: ["Incorrect*Status"]]).classify(code: "IncorrectVpcStatus", status: 400) == .notYet)
    #expect(ErrorTable([.notYet: ["Incorrect*Status"]]).classify(code: "IncorrectStatus", status: 400) == .notYet)
  }
}
