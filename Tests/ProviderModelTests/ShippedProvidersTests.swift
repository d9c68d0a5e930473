import Basics
import ProviderModel
import Testing

@Suite("The provider files of the repository")
struct ShippedProvidersTests {
  @Test("read without a single finding")
  func readClean() throws {
    do throws(Diagnostics) {
      let catalog = try ProviderCatalog.load(files: try shipped())
      #expect(
        catalog.providers.keys.sorted() == [
          "alibaba", "aws", "azure", "flow", "lab", "manual", "probe", "qingcloud", "ssh",
        ])
    } catch {
      let lines = error.all.map { "\($0.location?.description ?? "") \($0.code.rawValue) \($0.arguments)" }
      Issue.record("\(lines.joined(separator: "\n"))")
    }
  }

  @Test("have English and Chinese in every title, help, note and reason")
  func bothLanguages() throws {
    for provider in try catalog().providers.values {
      #expect(Set(provider.title.byLanguage.keys) == ["en", "zh"], "\(provider.name)")
      for action in provider.actions.values {
        for text in action.texts { #expect(Set(text.byLanguage.keys) == ["en", "zh"], "\(action.fullName): \(text)") }
      }
    }
  }

  @Test("say of each purchase what is paid, and how its doubt is settled")
  func purchases() throws {
    let prepaid = try catalog().providers.values.flatMap(\.actions.values).filter { $0.billing.kind == .prepaid }
    #expect(
      prepaid.map(\.fullName).sorted() == [
        "alibaba/cbn.bandwidth-package", "alibaba/smartag.auto-renewal", "alibaba/smartag.vcpe",
      ])
    for action in prepaid {
      #expect(action.billing.note != nil, "\(action.fullName)")
      if !action.create.isEmpty { #expect(action.doubt.by != .none, "\(action.fullName)") }
    }
  }

  @Test("mark the keys of a SAG as secrets")
  func secrets() throws {
    for name in ["alibaba/smartag.vcpe", "alibaba/smartag.vcpe-info"] {
      let outputs = try #require(try catalog().action(name)).outputs
      #expect(outputs.filter(\.field.sensitive).map(\.field.name) == ["key", "standby_key"])
    }
  }

  @Test("say of each setting that goes with a thing which output of which action names it")
  func owners() throws {
    let catalog = try catalog()
    let settings = catalog.providers.values.flatMap(\.actions.values).filter { $0.goesWith != nil }
    #expect(settings.map(\.fullName).sorted() == ["aws/ec2.security-rules", "aws/ec2.source-dest-check"])
    for setting in settings {
      let owner = try #require(setting.goesWith)
      let thing = try #require(catalog.action("\(setting.provider)/\(owner.action)"), "\(setting.fullName)")
      #expect(thing.outputs.contains { $0.field.name == owner.output } && !thing.create.isEmpty)
      #expect(setting.create.isEmpty && setting.inputs.contains { $0.name == owner.input && $0.required })
    }
  }

  private func shipped() throws(Diagnostics) -> [SourceText] {
    do { return try ProviderFiles.shipped() } catch {
      throw Diagnostics(Diagnostic(.init("test.files"), ["error": "\(error)"]))
    }
  }

  private func catalog() throws -> ProviderCatalog { try ProviderCatalog.load(files: ProviderFiles.shipped()) }
}

extension ActionDescription {
  fileprivate var texts: [LocalizedText] {
    var texts = [title] + [help, billing.note].compactMap { $0 }
    texts += (inputs + outputs.map(\.field)).compactMap(\.help)
    if case .none(let reason) = undo { texts.append(reason) }
    return texts
  }
}
