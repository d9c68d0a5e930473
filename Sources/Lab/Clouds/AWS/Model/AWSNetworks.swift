import Basics

struct AWSVpc: Sendable {
  var id: String
  var block: IPNetwork
  var mainRouteTable: String
  var mainAssociation: String
  var supportsDNS = true
  var hasDNSNames = false
}

struct AWSSubnet: Sendable {
  var id: String
  var vpc: String
  var block: IPNetwork
  var zone: String
  var mapsPublicAddress = false
}

struct AWSInternetGateway: Sendable {
  var id: String
  var vpc: String?
}

struct AWSRouteTable: Sendable {
  var id: String
  var vpc: String
  var routes: [AWSRoute]
  /// Subnet by association id; the main association stands in the VPC.
  var associations: [Association] = []

  struct Association: Sendable {
    var id: String
    var subnet: String
  }
}

struct AWSRoute: Hashable, Sendable {
  enum Target: Hashable, Sendable {
    case local
    case gateway(String)
    case interface(String)
  }

  var destination: IPNetwork
  var target: Target
}

struct AWSInterface: Sendable {
  var id: String
  var subnet: String
  var vpc: String
  var address: IPAddress
  var hardwareAddress: String
  var groups: [String]
  var checksSourceAndDestination = true
  var description = ""
  var attachment: Attachment?
  /// The elastic address or the address that came with the instance, as the API reports it.
  var publicAddress: IPAddress?
  var allocation: String?

  struct Attachment: Sendable {
    var id: String
    var instance: String
    var deviceIndex: Int
    var endsWithInstance: Bool
  }
}

struct AWSAddress: Sendable {
  var id: String
  var address: IPAddress
  var association: String?
  var interface: String?
}
