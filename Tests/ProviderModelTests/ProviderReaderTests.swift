import Basics
import Expressions
import ProviderModel
import Testing

@Suite("Reading providers")
struct ProviderReaderTests {
  @Test("an action with its whole life cycle comes out as it was written")
  func wholeAction() throws {
    let action = try #require(try ProviderCatalog.load(files: ProviderFiles.demo(cen)).action("demo/net.cen"))
    #expect(action.title.text(in: "zh") == "实例")
    #expect(action.doubt == DoubtPolicy(by: .lookup, patience: .seconds(120)))
    #expect(action.adopt == .identical)
    #expect(action.find?.calls.map(\.name) == ["net:List", "net:Show"])
    #expect(action.create.map(\.name) == ["net:Create"])
    #expect(action.compare.map(\.mode) == [.contains])
    #expect(action.wait?.timeout == .seconds(300))
    #expect(action.errors.classify(code: "Busy", status: 400) == .inUse)
    #expect(!action.isReadOnly)
  }

  @Test("doubt may end with a person where nothing is found")
  func askingDoubt() throws {
    let text = cen.replacing(
      "doubt: {by: lookup, patience: 2m}", with: "doubt: {by: lookup, patience: 2m, not_found: ask}")
    let action = try #require(try ProviderCatalog.load(files: ProviderFiles.demo(text)).action("demo/net.cen"))
    #expect(action.doubt == DoubtPolicy(by: .lookup, patience: .seconds(120), notFound: .ask))
  }

  @Test("a create may be declared to refuse duplicates, and a setting to go with its thing")
  func promises() throws {
    let text = cen.replacing(
      "doubt: {by: lookup, patience: 2m}", with: "doubt: {by: lookup, patience: 2m, duplicates: refused}"
    ).replacing("adopt: identical", with: "adopt: identical\n    goes_with: {action: net.b, input: region, output: id}")
    let action = try #require(try ProviderCatalog.load(files: ProviderFiles.demo(text)).action("demo/net.cen"))
    #expect(action.doubt == DoubtPolicy(by: .lookup, patience: .seconds(120), duplicates: .refused))
    #expect(action.goesWith == GoesWith(action: "net.b", input: "region", output: "id"))
  }

  @Test("a look-up alone is a read-only action")
  func readOnly() throws {
    let files = ProviderFiles.demo(
      """
        net.info:
          title: Info
          inputs: {region: {type: string}}
          find: {call: Show, with: {Id: "${{ inputs.region }}"}, pick: "@"}
      """)
    #expect(try #require(try ProviderCatalog.load(files: files).action("demo/net.info")).isReadOnly)
  }

  @Test("parameters are filled from the scope, without what is null")
  func parameters() throws {
    let action = try #require(try ProviderCatalog.load(files: ProviderFiles.demo(cen)).action("demo/net.cen"))
    let scope = Scope(["inputs": ["region": "r", "cidrs": ["10.0.0.0/8"]], "token": "cw-1", "id": "1"])
    #expect(try action.create[0].parameters(in: scope) == ["Cidrs": ["10.0.0.0/8"], "Token": "cw-1"])
  }

  @Test("a pick sees the answer, and the roots as variables")
  func pick() throws {
    let action = try #require(try ProviderCatalog.load(files: ProviderFiles.demo(cen)).action("demo/net.cen"))
    let call = try #require(action.find?.calls.first)
    let answer: Value = ["Items": [["Id": "a", "Tag": "no"], ["Id": "b", "Tag": "cw-1"]]]
    #expect(try call.object(from: answer, in: Scope(["token": "cw-1"])) == ["Id": "b", "Tag": "cw-1"])
    #expect(try call.object(from: ["Items": []], in: Scope(["token": "cw-1"])) == .null)
  }

  @Test("outputs are converted to their type, and default to the member of the object with their name")
  func outputs() throws {
    let action = try #require(try ProviderCatalog.load(files: ProviderFiles.demo(cen)).action("demo/net.cen"))
    let scope = Scope(["self": ["Id": "b", "size": "3"]])
    #expect(try action.outputs.map { try $0.value(in: scope) } == ["b", 3])
  }

  @Test("a library reads a provider when it is asked for, once")
  func lazy() throws {
    let reads = ReadCounter()
    let library = ProviderLibrary(names: ["demo", "other"]) { name in
      reads.add(name)
      return name == "demo" ? ProviderFiles.demo(cen) : nil
    }
    #expect(reads.names.isEmpty)
    #expect(try library.catalog(of: ["demo", "demo"]).actionNames == ["demo/net.cen"])
    _ = try library.provider("demo")
    #expect(reads.names == ["demo"])
    #expect(try library.provider("gone") == nil)
  }

  private let cen = """
      net.cen:
        title: {en: Instance, zh: 实例}
        inputs: {region: {type: string}, name: {type: string, required: false}, cidrs: {type: list, items: {type: cidr}}}
        outputs: {id: {type: string, value: "${{ self.Id }}"}, size: {type: integer}}
        doubt: {by: lookup, patience: 2m}
        adopt: identical
        find:
          - {call: List, pick: "Items[?Tag == $token] | [0]"}
          - {call: Show, with: {Id: "${{ self.Id }}"}, pick: "{Size: Size}", ignore: [Old]}
        match: {call: List, pick: "Items[0]"}
        read: {call: Show, with: {Id: "${{ self.Id }}"}, pick: "@"}
        create: {call: Create, with: {Name: "${{ inputs.name }}", Cidrs: "${{ inputs.cidrs }}", Token: "${{ token }}"}, pick: "{Id: Id}"}
        compare: {cidrs: {value: self.Cidrs, as: contains}}
        wait: {until: "self.Status == 'Active'", timeout: 5m}
        undo: {call: Delete, with: {Id: "${{ self.Id }}"}}
        gone: "self == `null`"
        serialize: join('/', ['net', inputs.region])
        errors: {in-use: [Busy]}
    """
}
