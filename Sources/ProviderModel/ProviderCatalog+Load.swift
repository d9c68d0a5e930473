package import Basics

extension ProviderCatalog {
  /// Reads provider files into a catalog; every error of every file at once, each with its place.
  ///
  /// - Parameter files: Files of any number of provider folders; the folder's name is the provider's (`providers/aws/ec2.yaml`).
  ///   Examples (`*.examples.yaml`) are passed over.
  package static func load(files: [SourceText]) throws(Diagnostics) -> ProviderCatalog {
    var catalog = ProviderCatalog()
    var findings = Diagnostics()
    let described = files.filter { !$0.path.hasSuffix(".examples.yaml") }
    for file in described where file.folder == nil {
      findings.add(Diagnostic(.providerBadPath, ["path": file.path], at: SourceLocation(file: file.path)))
    }
    let folders = Dictionary(grouping: described.filter { $0.folder != nil }) { $0.folder ?? "" }
    for (name, files) in folders.sorted(by: { $0.key < $1.key }) {
      var reader = ProviderReader(name: name)
      catalog.providers[name] = reader.read(files)
      findings.add(contentsOf: reader.findings)
    }
    try findings.throwIfErrors()
    return catalog
  }
}

extension SourceText {
  /// The name of the folder that the file stands in.
  fileprivate var folder: String? {
    let parts = path.split(separator: "/")
    return parts.count >= 2 ? String(parts[parts.count - 2]) : nil
  }
}
