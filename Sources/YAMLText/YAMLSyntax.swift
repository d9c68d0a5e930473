internal import Basics
internal import Yams

/// Words the errors of Yams and libyaml as diagnostics with places; their sentences travel as an argument.
enum YAMLSyntax {
  static func diagnostic(for error: any Error, _ source: SourceText) -> Diagnostic {
    switch error as? YamlError {
    case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _):
      syntax(problem, mark, context, source)
    case .composer(_, _, let mark, _):
      Diagnostic(.yamlUnknownAlias, at: location(mark, source))
    case .reader(let problem, let offset, _, let yaml):
      Diagnostic(.yamlSyntax, ["problem": problem], at: location(ofCharacter: offset ?? 0, in: yaml, source))
    default:
      Diagnostic(.yamlSyntax, ["problem": "\(error)"], at: SourceLocation(file: source.file))
    }
  }

  private static func syntax(
    _ problem: String, _ mark: Mark, _ context: YamlError.Context?, _ source: SourceText
  ) -> Diagnostic {
    let beginning = context.map {
      Diagnostic(.yamlSyntaxContext, ["context": $0.text], at: location($0.mark, source), severity: .note)
    }
    return Diagnostic(
      .yamlSyntax, ["problem": problem], at: location(mark, source), related: beginning.map { [$0] } ?? [])
  }

  private static func location(_ mark: Mark, _ source: SourceText) -> SourceLocation {
    SourceLocation(file: source.file, line: mark.line, column: mark.column)
  }

  private static func location(ofCharacter offset: Int, in text: String, _ source: SourceText) -> SourceLocation {
    let before = text.prefix(offset)
    return source.location(of: before.unicodeScalars.count)
  }
}
