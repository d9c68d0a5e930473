import Glibc

/// The one process that holds a fabric: the first of its own process namespace, with its own mounts and network.
///
/// It only waits for the end of its input, the lifeline, whose other end is open in our process alone. So it ends with our process,
/// however that ends, and the kernel then ends every process born below it and drops every mount and namespace that they held.
/// Named network namespaces live on a private `/run`, and every command runs there: the machine's own network is out of reach.
final class Anchor: Sendable {
  static let marker = "CAUSEWAY_FABRIC"
  static let ownerMarker = "CAUSEWAY_FABRIC_OWNER"
  /// Folders of the private `/run`.
  static let networks = "/run/netns"
  static let disks = "/run/disks"

  let child: Child
  private let lifeline: Descriptor
  private let tools: Toolbox

  init(name: String, tools: Toolbox) throws(FabricError) {
    self.tools = tools
    let owner = ProcessIdentity.own
    let (reading, writing) = try Descriptor.pipe()
    var program = Program(arguments: [tools.cat])
    program.environment = ["\(Self.marker)=\(name)", "\(Self.ownerMarker)=\(owner.text)", "LC_ALL=C"]
    program.makes = .all
    program.ignoresChildren = true
    program.setUp = [
      .mount("none", on: "/", flags: SetUp.privately), .mount("tmpfs", on: "/run", type: "tmpfs", data: "mode=755"),
      .folder(Self.networks), .folder(Self.disks, mode: 0o700),
    ]
    let nothing = try Descriptor.nothing()
    child = try Child.start(program, stdin: reading, stdout: nothing, stderr: nothing)
    lifeline = writing
  }

  deinit { child.kill() }

  /// Ends it, and with it all that was born below it; returns when all of that is gone.
  ///
  /// Commands that run inside are children of ours, and the threads that wait for them see their end.
  func end() { child.kill() }

  /// Runs a shell script among the fabric's network namespaces (`/run/netns`), not in its process namespace.
  func run(script: String) throws(FabricError) {
    var program = Program(arguments: [tools.shell, "-s"])
    program.joins = (child.handle, [.mount, .network])
    let outcome = try ChildRun(program: program, stdin: Array(script.utf8))()
    guard outcome.isSuccess else {
      let words = outcome.stderrText.isEmpty ? "\(outcome.ending)" : outcome.stderrText
      throw .refused(what: "change the network", message: words)
    }
  }

  /// The output of a shell script among the fabric's network namespaces.
  func output(script: String) throws(FabricError) -> String {
    var program = Program(arguments: [tools.shell, "-s"])
    program.joins = (child.handle, [.mount, .network])
    return try ChildRun(program: program, stdin: Array(script.utf8), outputLimit: 16 << 20)().stdoutText
  }

  /// A path of the private mounts as our process sees it.
  func path(_ inside: String) -> String { "/proc/\(child.processID)/root\(inside)" }
}
