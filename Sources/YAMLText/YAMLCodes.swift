package import Basics

extension Diagnostic.Code {
  package static let yamlSyntax = Diagnostic.Code("yaml.syntax")
  package static let yamlSyntaxContext = Diagnostic.Code("yaml.syntax-context")
  package static let yamlUnknownAlias = Diagnostic.Code("yaml.unknown-alias")
  package static let yamlDuplicateKey = Diagnostic.Code("yaml.duplicate-key")
  package static let yamlFirstKey = Diagnostic.Code("yaml.first-key")
  package static let yamlKeyNotText = Diagnostic.Code("yaml.key-not-text")
  package static let yamlKeyNotQuoted = Diagnostic.Code("yaml.key-not-quoted")
  package static let yamlMergeKey = Diagnostic.Code("yaml.merge-key")
  package static let yamlTag = Diagnostic.Code("yaml.tag")
  package static let yamlEmpty = Diagnostic.Code("yaml.empty")
  package static let yamlSeveralDocuments = Diagnostic.Code("yaml.several-documents")
  package static let yamlNotUTF8 = Diagnostic.Code("yaml.not-utf8")
  package static let yamlTooLarge = Diagnostic.Code("yaml.too-large")
  package static let yamlTooManyNodes = Diagnostic.Code("yaml.too-many-nodes")
  package static let yamlTooDeep = Diagnostic.Code("yaml.too-deep")
}
