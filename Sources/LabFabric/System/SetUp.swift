import CLinux
import Glibc

/// One thing a new process does in its own namespaces before it becomes its program.
enum SetUp: Hashable, Sendable {
  case mount(String, on: String, type: String = "", flags: UInt = 0, data: String = "")
  case folder(String, mode: UInt = 0o755)
  case emptyFile(String)
  case symbolicLink(String, to: String)
  /// Makes the mount at this path the root, and takes the old root away.
  case changeRoot(String)
  case hostname(String)

  static let readOnly = UInt(MS_RDONLY)
  static let bind = UInt(MS_BIND)
  static let remount = UInt(MS_REMOUNT)
  static let privately = UInt(MS_REC | MS_PRIVATE)

  static func bind(_ source: String, on target: String) -> SetUp { .mount(source, on: target, flags: bind) }

  /// What failed, for people.
  var words: String {
    switch self {
    case .mount(let source, let target, let type, _, _): "mount \(type) \(source) on \(target)"
    case .folder(let path, _): "mkdir \(path)"
    case .emptyFile(let path): "create \(path)"
    case .symbolicLink(let path, _): "symlink \(path)"
    case .changeRoot(let path): "pivot_root \(path)"
    case .hostname(let name): "sethostname \(name)"
    }
  }

  func encoded(in strings: inout CStrings) -> clinux_op {
    var result = clinux_op()
    switch self {
    case .mount(let source, let target, let type, let flags, let data):
      result.kind = Int32(clinux_op_mount)
      (result.source, result.target) = (strings.keep(source), strings.keep(target))
      (result.type, result.data) = (type.isEmpty ? nil : strings.keep(type), data.isEmpty ? nil : strings.keep(data))
      result.flags = flags
    case .folder(let path, let mode):
      result.kind = Int32(clinux_op_mkdir)
      (result.target, result.flags) = (strings.keep(path), mode)
    case .emptyFile(let path):
      result.kind = Int32(clinux_op_file)
      result.target = strings.keep(path)
    case .symbolicLink(let path, let text):
      result.kind = Int32(clinux_op_symlink)
      (result.source, result.target) = (strings.keep(text), strings.keep(path))
    case .changeRoot(let path):
      result.kind = Int32(clinux_op_pivot)
      result.target = strings.keep(path)
    case .hostname(let name):
      result.kind = Int32(clinux_op_hostname)
      result.source = strings.keep(name)
    }
    return result
  }
}

/// C strings that live until `free`.
struct CStrings: ~Copyable {
  private var kept: [UnsafeMutablePointer<CChar>] = []

  mutating func keep(_ text: String) -> UnsafePointer<CChar>? {
    guard let copy = strdup(text) else { return nil }
    kept.append(copy)
    return UnsafePointer(copy)
  }

  /// A null-terminated array, itself to be freed with the rest.
  mutating func keep(_ texts: [String]) -> [UnsafeMutablePointer<CChar>?] {
    texts.map { keep($0).map { UnsafeMutablePointer(mutating: $0) } } + [nil]
  }

  deinit { for pointer in kept { free(pointer) } }
}
