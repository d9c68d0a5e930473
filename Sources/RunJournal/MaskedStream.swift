import Basics

/// Masks secrets in bytes that arrive in pieces of any size: what might be the beginning of a secret is held back until it is decided.
///
/// Works on bytes, so output that is no valid UTF-8 passes unchanged, and a secret is found wherever the seams fall.
struct MaskedStream {
  private let masker: Masker
  private var held: [UInt8] = []

  init(_ masker: Masker) { self.masker = masker }

  /// Takes a piece in; gives what is safe to write.
  mutating func push(_ bytes: [UInt8]) -> [UInt8] {
    held.append(contentsOf: bytes)
    return emit(isEnd: false)
  }

  /// Gives what was held back.
  mutating func finish() -> [UInt8] { emit(isEnd: true) }

  private mutating func emit(isEnd: Bool) -> [UInt8] {
    let needles = Needles(masker.forms)
    var output: [UInt8] = []
    output.reserveCapacity(held.count)
    var index = 0
    while index < held.count, isEnd || index + needles.longest <= held.count {
      if let length = needles.match(held, at: index) {
        output.append(contentsOf: Masker.mask.utf8)
        index += length
      } else {
        output.append(held[index])
        index += 1
      }
    }
    held.removeFirst(index)
    return output
  }
}

/// The texts to look for, by first byte.
private struct Needles {
  private var byFirst: [[[UInt8]]] = Array(repeating: [], count: 256)
  let longest: Int

  /// `forms` come with the longest first.
  init(_ forms: [String]) {
    for form in forms {
      let bytes = Array(form.utf8)
      if let first = bytes.first { byFirst[Int(first)].append(bytes) }
    }
    longest = max(1, forms.first?.utf8.count ?? 0)
  }

  /// The length of the longest text that stands at `index`.
  func match(_ bytes: [UInt8], at index: Int) -> Int? {
    let candidates = byFirst[Int(bytes[index])]
    guard !candidates.isEmpty else { return nil }
    return candidates.first { bytes[index...].starts(with: $0) }?.count
  }
}
