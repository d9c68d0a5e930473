import ArgumentParser
import Basics
import Foundation
import Planning
import ProviderModel
import Reporting
import WorkflowModel

/// `causeway validate`: checks workflows and provider files; every error at once, with its place.
struct ValidateCommand: AsyncParsableCommand {
  static var configuration: CommandConfiguration { HelpText.command("validate") }

  @OptionGroup var global: GlobalOptions
  @ArgumentParser.Argument(help: HelpText.help("argument.files", value: "file")) var files: [String] = []

  func run() async throws {
    let session = Session(global)
    var findings = Diagnostics()
    let count = files.isEmpty ? everything(session, &findings) : named(session, &findings)
    if session.options.json {
      session.report(findings)
    } else {
      if !findings.all.isEmpty { session.report(findings) }
      if !findings.hasErrors {
        session.surroundings.output.line(session.phrases.label("validate.good", ["count": String(count)]))
      }
    }
    if findings.hasErrors { throw Ending(ExitStatus.wrongUse) }
  }

  /// Everything that the homes hold.
  private func everything(_ session: Session, _ findings: inout Diagnostics) -> Int {
    let library = Library(homes: session.homes)
    var count = 0
    for name in session.homes.providerNames {
      count += session.homes.provider(name).count
      collect(&findings) { () throws(Diagnostics) in _ = try library.providers.provider(name) }
    }
    for name in session.homes.workflowNames {
      count += 1
      if let source = session.homes.workflow(name) { check(source, library, &findings) }
    }
    let fixtures = Library(homes: session.homes, forFixtures: true)
    for name in session.homes.fixtureNames {
      count += 1
      if let source = session.homes.workflow(name, isFixture: true) { check(source, fixtures, &findings) }
    }
    return count
  }

  private func named(_ session: Session, _ findings: inout Diagnostics) -> Int {
    let library = Library(homes: session.homes)
    let fixtures = Library(homes: session.homes, forFixtures: true)
    for file in files {
      let path = file.hasPrefix("/") ? file : "\(session.surroundings.directory)/\(file)"
      guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
        findings.add(Diagnostic(.commandNoFile, ["path": file]))
        continue
      }
      let folder = URL(filePath: path).deletingLastPathComponent()
      if FileManager.default.fileExists(atPath: folder.appending(path: "provider.yaml").path) {
        let name = folder.lastPathComponent
        collect(&findings) { () throws(Diagnostics) in
          _ = try ProviderCatalog.load(files: Self.providerFiles(folder, display: file))
        }
        _ = name
      } else {
        let isFixture = folder.lastPathComponent == "fixtures"
        check(SourceText(path: file, text: text), isFixture ? fixtures : library, &findings)
      }
    }
    return files.count
  }

  /// A product file is read together with its provider, whose classes and protocol it needs.
  private static func providerFiles(_ folder: URL, display: String) -> [SourceText] {
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
    let shown = URL(filePath: display).deletingLastPathComponent().relativePath
    return names.filter { $0.hasSuffix(".yaml") && !$0.hasSuffix(".examples.yaml") }.compactMap { name in
      (try? String(contentsOf: folder.appending(path: name), encoding: .utf8))
        .map { SourceText(path: "\(shown)/\(name)", text: $0) }
    }
  }

  private func check(_ source: SourceText, _ library: Library, _ findings: inout Diagnostics) {
    do throws(Diagnostics) {
      let workflow = try library.read(source)
      let catalog = try library.catalog(for: workflow)
      add(Planner(catalog: catalog, workflows: library.workflows).check(workflow), &findings)
      add(ConsoleCheck(library: library).findings(of: workflow), &findings)
    } catch { add(error, &findings) }
  }

  /// A part's mistake is told once, however many workflows include the part.
  private func add(_ found: Diagnostics, _ findings: inout Diagnostics) {
    for finding in found.all where !findings.all.contains(finding) { findings.add(finding) }
  }

  private func collect(_ findings: inout Diagnostics, _ body: () throws(Diagnostics) -> Void) {
    do throws(Diagnostics) { try body() } catch { findings.add(contentsOf: error) }
  }
}
