import CLinux
import Glibc

/// A fabric found on this machine, by its anchor process.
package struct FabricLeftover: Hashable, Sendable {
  package var name: String
  package var anchor: Int32
  /// The process that made it; it is a leftover proper when this one is gone.
  package var owner: Int32
  package var isOwnerAlive: Bool

  let anchorIdentity: ProcessIdentity
}

extension Fabric {
  /// Every fabric on this machine, also those whose owner lives: found by what their anchors carry in their environment.
  package static func findAll() -> [FabricLeftover] {
    Files.names(in: "/proc").compactMap { Int32($0) }.compactMap(leftover)
  }

  /// Fabrics whose owner is gone.
  ///
  /// There are none for longer than a moment, since an anchor ends with its owner, unless somebody stopped the anchor.
  package static func findLeftovers() -> [FabricLeftover] { findAll().filter { !$0.isOwnerAlive } }

  /// Ends the fabric called `name`, whoever made it; whether there was one.
  ///
  /// Ends only a process that is certainly its anchor; the kernel ends what belongs to it. Returns when all of it is gone.
  @discardableResult
  package static func cleanUp(name: String) -> Bool {
    let found = findAll().filter { $0.name == name }
    for leftover in found {
      let handle = clinux_pidfd_open(leftover.anchor)
      if handle < 0 { continue }
      let process = Descriptor(handle)
      // Asked again after the handle is open: from here on it cannot be another process.
      guard leftover.anchorIdentity.isAlive else { continue }
      _ = clinux_pidfd_kill(process.number, SIGKILL)
      var entry = pollfd(fd: process.number, events: Int16(POLLIN), revents: 0)
      _ = poll(&entry, 1, 10_000)
    }
    return !found.isEmpty
  }

  private static func leftover(_ processID: Int32) -> FabricLeftover? {
    guard let environment = Files.read("/proc/\(processID)/environ") else { return nil }
    let values = environment.split(separator: "\0")
    func value(_ name: String) -> Substring? {
      values.first { $0.hasPrefix("\(name)=") }.map { $0.dropFirst(name.utf8.count + 1) }
    }
    guard let name = value(Anchor.marker), let owner = value(Anchor.ownerMarker).flatMap({ ProcessIdentity(text: $0) }),
      let anchor = ProcessIdentity(processID: processID), anchor.isAlive
    else { return nil }
    return FabricLeftover(
      name: String(name), anchor: processID, owner: owner.processID, isOwnerAlive: owner.isAlive, anchorIdentity: anchor
    )
  }
}
