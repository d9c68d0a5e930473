import Basics
import Testing

@Suite struct BasicsTests {
  @Test("a duration is read and written in the same notation")
  func durations() {
    for text in ["250ms", "30s", "5m", "2h", "1d", "90s"] { #expect(Duration(text: text)?.text == text) }
    for text in ["", "5", "-5s", "5 s", "1w", "s"] { #expect(Duration(text: text) == nil) }
  }

  @Test("a slip of the keyboard finds the name that was meant; a stranger finds none")
  func suggestion() {
    #expect(Suggestion.nearest(to: "regoin", in: ["region", "name"]) == "region")
    #expect(Suggestion.nearest(to: "password", in: ["region", "name"]) == nil)
  }

  @Test("numbers are equal when they denote the same number, and integers keep every digit")
  func numbers() {
    #expect(Value.integer(1) == .number(1.0))
    #expect(Value.integer(9_007_199_254_740_993) != .number(9_007_199_254_740_992))
    #expect(Set<Value>([.integer(1), .number(1.0)]).count == 1)
    #expect(Value.number(3.0).scalarText == "3")
  }

  @Test("base64 and percent-encoding come back as they went")
  func encodings() {
    for length in 0..<7 {
      let bytes = Array((0..<length).map { UInt8($0 &* 37) })
      #expect(Base64.decode(Base64.encode(bytes)) == bytes)
    }
    #expect(Base64.encode(Array("light work.".utf8)) == "bGlnaHQgd29yay4=")
    #expect(PercentEncoding.encode("a b*~/中") == "a%20b%2A~%2F%E4%B8%AD")
    #expect(PercentEncoding.decode("a+b%2A", plusIsSpace: true) == "a b*")
    #expect(PercentEncoding.decode("%zz") == nil)
  }

  @Test("a step address knows what it contains")
  func addresses() {
    let site = StepAddress("site")
    #expect(site.instance("bj").inside("deploy").text == "site[bj]/deploy")
    #expect(StepAddress("site[bj]/deploy").isWithin(site))
    #expect(!StepAddress("sites").isWithin(site))
    let step = StepAddress("site[a/b]/announce[0]/done")
    let groups = ["site", "site[a/b]", "site/announce", "site[a/b]/announce", "site/announce[0]", "site/announce/done"]
    for group in groups + [step.text] {
      #expect(step.isWithin(StepAddress(group)), "\(group)")
    }
    for stranger in ["site[a]", "announce", "site/announce[1]", "site/done", "site/announce/done/more", "sit", ""] {
      #expect(!step.isWithin(StepAddress(stranger)), "\(stranger)")
    }
    #expect(step.withoutKeys.text == "site/announce/done")
  }
}
