package import Basics
import Glibc
import RunEngine
import Synchronization

/// The log files of scripts: `RUN/ADDRESS.ATTEMPT.log` in a folder of mode 0700, files of mode 0600, every secret masked.
package final class StepLogFiles: StepLog {
  private final class OpenFile: Sendable {
    let file: Mutex<StepLogFile?>
    init(_ file: sending StepLogFile?) { self.file = Mutex(file) }
  }

  private let folder: String
  private let masker: Masker
  private let limit: Int
  private let files = Mutex<[String: OpenFile]>([:])

  /// Keeps at most `limit` bytes of each attempt: the first half and the last half.
  package init(folder: String, masker: Masker, limit: Int = 64 * 1024 * 1024) {
    self.folder = folder
    self.masker = masker
    self.limit = limit
  }

  package func append(_ bytes: [UInt8], run: String, address: StepAddress, attempt: Int) {
    guard !bytes.isEmpty else { return }
    open(path(run, address, attempt), run).file.withLock { $0?.append(bytes) }
  }

  package func close(run: String, address: StepAddress, attempt: Int) {
    let file = files.withLock { $0.removeValue(forKey: path(run, address, attempt)) }
    file?.file.withLock {
      $0?.close()
      $0 = nil
    }
  }

  /// The logs of a run, of all its steps or of one, in the order of step and attempt.
  package func list(run: String, address: StepAddress? = nil) -> [LogFile] {
    guard let listing = opendir("\(folder)/\(run)") else { return [] }
    defer { closedir(listing) }
    var found: [LogFile] = []
    while let entry = readdir(listing) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      guard let file = LogFile(name: name, folder: "\(folder)/\(run)") else { continue }
      if address == nil || address == file.address { found.append(file) }
    }
    return found.sorted { ($0.address, $0.attempt) < ($1.address, $1.attempt) }
  }

  private func open(_ path: String, _ run: String) -> OpenFile {
    files.withLock { files in
      if let known = files[path] { return known }
      try? PrivateFiles.makeDirectory("\(folder)/\(run)")
      let file = OpenFile(StepLogFile(path: path, limit: limit, masker: masker))
      files[path] = file
      return file
    }
  }

  private func path(_ run: String, _ address: StepAddress, _ attempt: Int) -> String {
    "\(folder)/\(run)/\(LogFile.name(address, attempt))"
  }
}

/// One log file: which step and attempt it belongs to.
package struct LogFile: Hashable, Sendable {
  package var address: StepAddress
  package var attempt: Int
  package var path: String

  /// The `/` of an include becomes `%2F`; no other character of an address means anything to a file system.
  static func name(_ address: StepAddress, _ attempt: Int) -> String {
    "\(address.text.replacing("/", with: "%2F")).\(attempt).log"
  }

  init?(name: String, folder: String) {
    let parts = name.split(separator: ".")
    guard parts.count >= 3, parts.last == "log", let attempt = Int(parts[parts.count - 2]) else { return nil }
    let suffix = ".\(attempt).log"
    address = StepAddress(String(name.dropLast(suffix.count)).replacing("%2F", with: "/"))
    self.attempt = attempt
    path = "\(folder)/\(name)"
  }
}
