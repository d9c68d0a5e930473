import Glibc

/// Whole files, small ones.
enum Files {
  static func read(_ path: String) -> String? { readBytes(path).map { String(decoding: $0, as: UTF8.self) } }

  static func readBytes(_ path: String) -> [UInt8]? {
    guard let file = try? Descriptor.open(path, O_RDONLY) else { return nil }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 16384)
    while true {
      let count = Glibc.read(file.number, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      if count < 0 { return nil }
      if count == 0 { return bytes }
      bytes += buffer[..<count]
    }
  }

  /// Replaces a file in one step.
  static func write(_ text: String, to path: String) throws(FabricError) {
    let scratch = "\(path).new"
    let file = try Descriptor.open(scratch, O_WRONLY | O_CREAT | O_TRUNC)
    guard file.write(all: text.utf8), rename(scratch, path) == 0 else {
      throw .refused(what: "write \(path)", message: systemMessage())
    }
  }

  /// Makes a folder and those above it.
  static func makeFolder(_ path: String) throws(FabricError) {
    var made = path.hasPrefix("/") ? "" : "."
    for part in path.split(separator: "/") {
      made += "/\(part)"
      if mkdir(made, 0o700) != 0, errno != EEXIST { throw .refused(what: "mkdir \(made)", message: systemMessage()) }
    }
  }

  static func names(in folder: String) -> [String] {
    guard let stream = opendir(folder) else { return [] }
    defer { closedir(stream) }
    var result: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { result.append(name) }
    }
    return result.sorted()
  }
}
