import Basics
import FoundationEssentials
import RunEngine
import RunJournal
import TestSupport
import Testing

@Suite("Logs of scripts")
struct StepLogFilesTests {
  private let step = StepAddress("site[bj]/deploy")

  private func log(_ pieces: [[UInt8]], _ masker: Masker = Masker(), limit: Int = 1 << 20) throws -> [UInt8] {
    let folder = try TemporaryFolder()
    let logs = StepLogFiles(folder: folder.file("logs"), masker: masker, limit: limit)
    for piece in pieces { logs.append(piece, run: "r1", address: step, attempt: 2) }
    logs.close(run: "r1", address: step, attempt: 2)
    let files = logs.list(run: "r1")
    #expect(files.map(\.address) == [step])
    #expect(files.map(\.attempt) == [2])
    #expect(try folder.mode("logs/r1/site[bj]%2Fdeploy.2.log") == 0o600)
    #expect(try folder.mode("logs/r1") == 0o700)
    return Array(try #require(FileManager.default.contents(atPath: files[0].path)))
  }

  @Test("A secret is masked wherever the seams between pieces fall", arguments: 1...40)
  func seams(size: Int) throws {
    let masker = Masker()
    masker.add("correct horse battery")
    masker.add("another secret")
    let text = "a correct horse battery b another secretcorrect horse battery\nno correct horse here another secre"
    let bytes = Array(text.utf8)
    let pieces = stride(from: 0, to: bytes.count, by: size).map { Array(bytes[$0..<min($0 + size, bytes.count)]) }
    let kept = String(decoding: try log(pieces, masker), as: UTF8.self)
    #expect(kept == "a ****** b ************\nno correct horse here another secre")
  }

  @Test("Bytes that are no UTF-8 pass unchanged")
  func invalid() throws {
    let bytes: [UInt8] = [0xFF, 0xFE, 10, 0x80, 0, 65]
    #expect(try log([bytes]) == bytes)
  }

  @Test("Of a long output the head and the tail are kept, and the gap is named")
  func headAndTail() throws {
    let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 / 256) }
    let kept = try log([Array(bytes[..<10]), Array(bytes[10..<70_000]), Array(bytes[70_000...])], limit: 2000)
    let gap = Array("\n[... 98000 bytes left out ...]\n".utf8)
    #expect(kept == Array(bytes[..<1000]) + gap + Array(bytes[99_000...]))
  }

  @Test("An output that just fits is kept whole", arguments: [999, 1000, 1001, 1999, 2000])
  func fits(size: Int) throws {
    let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0) }
    #expect(try log([bytes], limit: 2000) == bytes)
  }

  @Test("A secret never reaches the disk, not even in the part that goes round")
  func tailIsMasked() throws {
    let folder = try TemporaryFolder()
    let masker = Masker()
    masker.add("correct horse battery")
    let logs = StepLogFiles(folder: folder.path, masker: masker, limit: 1000)
    for _ in 0..<200 { logs.append(Array("x correct horse battery y".utf8), run: "r", address: step, attempt: 1) }
    #expect(!String(decoding: folder.allBytes(), as: UTF8.self).contains("horse"))
    logs.close(run: "r", address: step, attempt: 1)
    #expect(!String(decoding: folder.allBytes(), as: UTF8.self).contains("horse"))
  }
}
