import Basics
import Foundation
import JMESPath
import JSONText
import Testing

@Suite struct ComplianceTests {
  private struct Case {
    let place: String
    let given: Value
    let expression: String
    let result: Value
    let error: String?
  }

  private static func cases(in file: URL) throws -> [Case] {
    let suites = try JSON.parse(Array(Data(contentsOf: file))).list ?? []
    return suites.flatMap { suite in
      (suite["cases"].list ?? []).map { item in
        Case(
          place: file.lastPathComponent, given: suite["given"], expression: item["expression"].string ?? "",
          result: item["result"], error: item["error"].string)
      }
    }
  }

  @Test("every case of the public compliance suite gives its result or its error")
  func suite() throws {
    let folder = try #require(Bundle.module.url(forResource: "Vectors", withExtension: nil))
    let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
      .sorted { $0.lastPathComponent < $1.lastPathComponent }
    let cases = try files.flatMap(Self.cases)
    var passed = 0
    for item in cases where check(item) { passed += 1 }
    print("JMESPath compliance: \(passed) of \(cases.count) cases in \(files.count) files")
    #expect(files.count == 15)
    #expect(cases.count == 892)
    #expect(passed == cases.count)
  }

  private func check(_ item: Case) -> Bool {
    do throws(JMESPathError) {
      let result = try JMESExpression(item.expression).evaluate(item.given)
      if item.error != nil {
        Issue.record("\(item.place): \(item.expression) gives \(result), not \(item.error ?? "")")
        return false
      }
      if result != item.result {
        Issue.record("\(item.place): \(item.expression) gives \(result), not \(item.result)")
        return false
      }
    } catch {
      if error.kind.rawValue != item.error {
        Issue.record("\(item.place): \(item.expression) fails with \(error), not \(item.error ?? "\(item.result)")")
        return false
      }
    }
    return true
  }
}
