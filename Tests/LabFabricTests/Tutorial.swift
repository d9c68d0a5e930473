import Basics
import LabFabric

/// The network of tutorial 4.1, complete; each test takes something away.
enum Tutorial {
  static let ecs = "ecs"
  static let vcpe = "vcpe"
  static let workload = "workload"
  static let ecsAddress = "172.16.1.188"
  static let workloadAddress = "10.10.0.252"

  static func block(_ text: String) -> IPNetwork {
    guard let block = IPNetwork(text) else { preconditionFailure("\(text) is a block") }
    return block
  }

  static func address(_ text: String) -> IPAddress {
    guard let address = IPAddress(text) else { preconditionFailure("\(text) is an address") }
    return address
  }

  static let anywhere = [block("0.0.0.0/0")]
  static let open = SecurityRule(.accept, .any, peers: anywhere)

  static let complete = Topology(
    networks: [aws, alibaba], interfaces: [vcpeInterface, workloadInterface, ecsInterface],
    machines: [
      Machine(id: ecs, devices: [.init(interface: "eni-ecs")]),
      Machine(id: vcpe, devices: [.init(interface: "eni-vcpe")]),
      Machine(id: workload, devices: [.init(interface: "eni-workload")]),
    ],
    routers: [ccn, singapore, hangzhou],
    links: [
      Link(id: "ccn-cen", from: .router("ccn"), to: .router("tr-singapore")),
      Link(id: "vpc-attachment", from: .network("vpc-ali"), to: .router("tr-hangzhou")),
      Link(id: "cross-region", from: .router("tr-singapore"), to: .router("tr-hangzhou"), bandwidth: .kilobits(1)),
    ],
    tunnels: [Tunnel(id: "sag-1", machine: vcpe, router: "ccn", machineRoutes: [block("172.16.0.0/16")])])

  private static let aws = VirtualNetwork(
    id: "vpc-aws", blocks: [block("10.10.0.0/16")], subnets: [Subnet(id: "subnet-aws", block: block("10.10.0.0/24"))],
    routeTables: [
      RouteTable(
        id: "rtb",
        routes: [
          Route(block("0.0.0.0/0"), to: .internet), Route(block("172.16.0.0/16"), to: .interface("eni-vcpe")),
        ])
    ], mainRouteTable: "rtb", hasInternetGateway: true)

  private static let alibaba = VirtualNetwork(
    id: "vpc-ali", blocks: [block("172.16.0.0/16")], subnets: [Subnet(id: "vsw", block: block("172.16.1.0/24"))],
    routeTables: [RouteTable(id: "vtb", routes: [Route(block("10.10.0.0/24"), to: .link("vpc-attachment"))])],
    mainRouteTable: "vtb")

  /// Lets everything out, and in what the vCPE's own group needs: nothing but answers.
  private static let vcpeInterface = NetworkInterface(
    id: "eni-vcpe", network: "vpc-aws", subnet: "subnet-aws", address: address("10.10.0.10"),
    checksSourceAndDestination: false,
    filters: [
      SecurityFilter(
        inbound: [SecurityRule(.accept, .any, peers: [block("10.10.0.0/16"), block("172.16.0.0/16")])], outbound: [open]
      )
    ], publicAddress: .mapped(address("203.0.113.10")))

  private static let workloadInterface = NetworkInterface(
    id: "eni-workload", network: "vpc-aws", subnet: "subnet-aws", address: address(workloadAddress),
    checksSourceAndDestination: true,
    filters: [
      SecurityFilter(inbound: [SecurityRule(.accept, .icmp, peers: [block("172.16.0.0/16")])], outbound: [open])
    ])

  private static let ecsInterface = NetworkInterface(
    id: "eni-ecs", network: "vpc-ali", subnet: "vsw", address: address(ecsAddress),
    filters: [SecurityFilter(inbound: [SecurityRule(.accept, .any, peers: [block("10.10.0.0/24")])], outbound: [open])])

  private static let ccn = Router(
    id: "ccn",
    routes: [
      Route(block("10.10.0.0/24"), to: .tunnel("sag-1")), Route(block("172.16.0.0/16"), to: .link("ccn-cen")),
    ], publicAddress: address("198.51.100.1"))

  private static let singapore = Router(
    id: "tr-singapore",
    routes: [
      Route(block("10.10.0.0/24"), to: .link("ccn-cen")), Route(block("172.16.0.0/16"), to: .link("cross-region")),
    ])

  private static let hangzhou = Router(
    id: "tr-hangzhou",
    routes: [
      Route(block("10.10.0.0/24"), to: .link("cross-region")),
      Route(block("172.16.0.0/16"), to: .link("vpc-attachment")),
    ])
}
