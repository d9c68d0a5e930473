import Basics
import Synchronization
import Testing
import WorkflowModel

@Suite struct WorkflowLibraryTests {
  @Test("a workflow is read once, when it is first asked for")
  func once() throws {
    let asked = Counter()
    let library = WorkflowLibrary(
      find: { name in
        asked.add()
        return name == "one" ? SourceText(path: "one.yaml", text: "name: one\nsteps: {}") : nil
      }, names: { ["one"] })
    #expect(asked.count == 0)
    #expect(try library.workflow("one")?.name == "one")
    #expect(try library.workflow("one")?.name == "one")
    #expect(asked.count == 1)
    #expect(try library.workflow("two")?.name == nil)
    #expect(library.names == ["one"])
  }

  @Test("what is wrong with a workflow is told each time it is asked for")
  func broken() {
    let library = WorkflowLibrary([SourceText(path: "bad.yaml", text: "name: bad")])
    for _ in 0..<2 {
      #expect(throws: Diagnostics.self) { try library.workflow("bad") }
    }
  }

  private final class Counter: Sendable {
    private let number = Mutex(0)
    var count: Int { number.withLock { $0 } }
    func add() { number.withLock { $0 += 1 } }
  }
}
