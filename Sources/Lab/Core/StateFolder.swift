package import Basics
import Glibc
import JSONText

/// The folder of a running lab: only its owner may look into it.
package struct StateFolder: Sendable {
  package let path: String

  package init(_ path: String) { self.path = path }

  private var recordPath: String { "\(path)/\(LabRecord.fileName)" }

  /// Makes the folder and writes the record, in one step for readers.
  func write(_ record: LabRecord) throws(LabFailure) {
    try makeFolders()
    let temporary = "\(recordPath).\(getpid())"
    let file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw .stateFolder(path, errno) }
    let bytes = Array((JSON.text(record.json, pretty: true) + "\n").utf8)
    let written = Glibc.write(file, bytes, bytes.count)
    close(file)
    guard written == bytes.count, rename(temporary, recordPath) == 0 else { throw .stateFolder(path, errno) }
  }

  func removeRecord() { unlink(recordPath) }

  /// What a lab wrote there; `nil` when there is none or it cannot be read.
  package func readRecord() -> Value? {
    guard let file = fopen(recordPath, "r") else { return nil }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer.prefix(count) }
    return try? JSON.parse(bytes)
  }

  private func makeFolders() throws(LabFailure) {
    var current = path.hasPrefix("/") ? "" : "."
    for part in path.split(separator: "/") {
      current += "/\(part)"
      if mkdir(current, 0o700) != 0, errno != EEXIST { throw .stateFolder(path, errno) }
    }
  }
}

/// Why a lab did not start.
package enum LabFailure: Error, Hashable, Sendable {
  case stateFolder(String, Int32)
  /// A port on loopback that was asked for, or any.
  case port(CloudName?, UInt16, String)
  case noLoopbackNetwork
}

/// When a process began, by which it is told from a later one with the same number.
package enum ProcessStart {
  /// Field 22 of `/proc/PID/stat`; `nil` when there is no such process.
  package static func ticks(of processID: Int32) -> UInt64? {
    guard let file = fopen("/proc/\(processID)/stat", "r") else { return nil }
    defer { fclose(file) }
    var buffer = [CChar](repeating: 0, count: 1024)
    guard fgets(&buffer, Int32(buffer.count), file) != nil else { return nil }
    let text = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    // The name in the second field may hold spaces and parentheses.
    guard let end = text.lastIndex(of: ")") else { return nil }
    let fields = text[end...].split(separator: " ")
    return fields.count > 20 ? UInt64(fields[20]) : nil
  }
}
