import Basics
import LabFabric
import Testing

extension RealFabricTests {
  /// One step of the tutorial undone, and which of the two pings it breaks (the table in the reference).
  struct Step: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var breaksFromCloud = true
    var breaksFromWorkload = true
    var undo: @Sendable (inout Topology) -> Void
  }

  static let steps = [
    Step(testDescription: "source/destination check off") { $0.interfaces[0].checksSourceAndDestination = true },
    Step(testDescription: "deploy script") { $0.tunnels[0].isUpAtMachine = false },
    Step(testDescription: "binding of SAG and CCN") { $0.tunnels[0].isUpAtRouter = false },
    Step(testDescription: "static route synchronisation") { $0.routers[0].routes.removeFirst() },
    Step(testDescription: "CCN in CEN") { $0.links.remove(at: 0) },
    Step(testDescription: "VPC attachment") { $0.links.remove(at: 1) },
    Step(testDescription: "route propagation") { $0.networks[1].routeTables[0].routes = [] },
    Step(testDescription: "cross-region connection") { $0.links.remove(at: 2) },
    Step(testDescription: "AWS route") { $0.networks[0].routeTables[0].routes.removeLast() },
    Step(testDescription: "AWS security group", breaksFromWorkload: false) { $0.interfaces[1].filters[0].inbound = [] },
    Step(testDescription: "Alibaba security group inbound", breaksFromCloud: false) {
      $0.interfaces[2].filters[0].inbound = []
    },
    Step(testDescription: "Alibaba security group outbound", breaksFromWorkload: false) {
      $0.interfaces[2].filters[0].outbound = []
    },
  ]
}
