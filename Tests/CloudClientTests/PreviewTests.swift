import Basics
import CloudClient
import CloudWire
import ProviderModel
import Testing

@Suite("Previews of requests")
struct PreviewTests {
  private func previews(
    _ name: String, _ inputs: [String: PreviewInput], adopt: AdoptPolicy = .never, undo: Bool = false
  ) throws -> [RequestPreview] {
    let catalog = try ProviderCatalog.load(files: Stage.files)
    let action = try #require(catalog.action(name))
    let provider = try #require(catalog.providers[action.provider])
    return RequestPreview.requests(of: action, provider: provider, inputs: inputs, adopt: adopt, includesUndo: undo)
  }

  @Test("show what is known, and name the step that gives the rest")
  func placeholders() throws {
    let all = try previews(
      "alibaba/smartag.static-routes",
      ["region": .known("cn-shanghai"), "sag": .unknown(after: [StepAddress("sag")]), "cidrs": .known(["10.0.0.0/8"])])
    #expect(all.map(\.purpose) == [.read, .update, .read])
    #expect(all[0].host == "smartag.cn-shanghai.aliyuncs.com" && all[0].method == "POST")
    #expect(all[0].parameters == ["RegionId": "cn-shanghai", "SmartAGId": "<known after sag>"])
    #expect(all[1].parameters["RoutingStrategy"] == "static" && all[1].isChange)
    #expect(all[1].parameters["CidrBlock"].string?.hasPrefix("<join(") == true)
  }

  @Test("follow the order of the life cycle, by the means of doubt and the policy of adoption")
  func order() throws {
    let name: [String: PreviewInput] = ["name": .known("hub")]
    #expect(try previews("alibaba/cbn.cen", name).map(\.purpose) == [.create, .read])
    #expect(
      try previews("alibaba/cbn.cen", name, adopt: .ask, undo: true).map(\.purpose) == [.match, .create, .read, .undo])
    let ccn: [String: PreviewInput] = [
      "name": .known("n"), "region": .unknown(after: [StepAddress("a"), StepAddress("b")]),
    ]
    let found = try previews("alibaba/smartag.ccn", ccn)
    #expect(found.map(\.purpose) == [.find, .create, .read])
    #expect(found[1].host == "smartag.<known after a, b>.aliyuncs.com")
    #expect(found[1].parameters["Name"] == "n-<id>")
    #expect(try previews("alibaba/cbn.info", name).map(\.purpose) == [.find])
    #expect(try previews("alibaba/cbn.key", name).map(\.purpose) == [.create, .read], "a duplicate is refused")
  }

  @Test("leave out what a known condition excludes, and mark what an unknown one may exclude")
  func conditions() throws {
    let off = try previews("alibaba/cbn.pair", ["name": .known("p"), "extra": .known(false)])
    #expect(off.filter { $0.purpose == .create }.map(\.call) == ["cbn:CreateA", "cbn:CreateB"])
    let unknown = try previews("alibaba/cbn.pair", ["name": .known("p"), "extra": .unknown(after: [StepAddress("s")])])
    #expect(unknown.filter(\.isConditional).map(\.call) == ["cbn:CreateExtra"])
  }

  @Test("agree with what is sent when everything is known")
  func agree() async throws {
    let stage = try Stage { call in .answer(["Things": ["Thing": []]]) }
    _ = try await stage.performer.perform(try stage.call("alibaba/cbn.info", ["name": "a b"]), checkpoint: Recorder())
    let preview = try previews("alibaba/cbn.info", ["name": .known("a b")])[0]
    let sent = stage.cloud.calls[0].request
    #expect(preview.message.query == sent.query && preview.message.body == sent.body && preview.method == sent.method)
  }
}
