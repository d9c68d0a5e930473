package import Basics

/// How a lab is to be started.
package struct LabOptions: Sendable {
  /// Letters, digits, `-`; part of the fabric's names.
  package var name: String
  /// Where the record of the lab is kept; made when missing, only for its owner.
  package var stateFolder: String
  /// Ports on loopback; a missing one is chosen.
  package var ports: [CloudName: UInt16]
  package var pace: Pace
  package var faults: [Fault]
  package var fixture: String?
  /// Given in tests only; else made at random.
  package var credentials: LabCredentials?
  /// Regions that the description names as defaults.
  package var awsRegion: String
  package var alibabaRegion: String
  /// What makes ids; random unless given.
  package var seed: UInt64?
  /// Ids to hand out before made-up ones, by prefix; for tests that replay recorded requests.
  package var ids: [String: [String]] = [:]
  package var time: any TimeSource
  package var random: any RandomSource

  package init(
    name: String = "default", stateFolder: String, ports: [CloudName: UInt16] = [:], pace: Pace = .quick,
    faults: [Fault] = [], fixture: String? = nil, credentials: LabCredentials? = nil,
    awsRegion: String = "ap-southeast-1", alibabaRegion: String = "ap-southeast-1", seed: UInt64? = nil,
    time: any TimeSource = SystemTime(), random: any RandomSource = SystemRandom()
  ) {
    self.name = name
    self.stateFolder = stateFolder
    self.ports = ports
    self.pace = pace
    self.faults = faults
    self.fixture = fixture
    self.credentials = credentials
    self.awsRegion = awsRegion
    self.alibabaRegion = alibabaRegion
    self.seed = seed
    self.time = time
    self.random = random
  }
}

/// The keys that the clouds of a lab know, the first of each being the one that it hands out.
package struct LabCredentials: Hashable, Sendable {
  package var aws: [LabCredential]
  package var alibaba: [LabCredential]
  package var azure: AzureCredential
  package var qingcloud: LabCredential

  package struct AzureCredential: Hashable, Sendable {
    package var tenant: String
    package var client: String
    package var secret: String
    package var subscription: String

    package init(tenant: String, client: String, secret: String, subscription: String) {
      self.tenant = tenant
      self.client = client
      self.secret = secret
      self.subscription = subscription
    }
  }

  package init(
    aws: [LabCredential], alibaba: [LabCredential], azure: AzureCredential, qingcloud: LabCredential
  ) {
    self.aws = aws
    self.alibaba = alibaba
    self.azure = azure
    self.qingcloud = qingcloud
  }

  /// New keys in the vendors' forms.
  package static func random(_ random: any RandomSource) -> LabCredentials {
    LabCredentials(
      aws: [LabCredential(id: "AKIALAB" + random.hex(6).uppercased() + "A", secret: random.hex(20))],
      alibaba: [LabCredential(id: "LTAI5tLab" + random.hex(7), secret: random.hex(15))],
      azure: AzureCredential(
        tenant: uuid(random), client: uuid(random), secret: random.hex(20), subscription: uuid(random)),
      qingcloud: LabCredential(id: "LAB" + random.hex(8).uppercased(), secret: random.hex(20)))
  }

  private static func uuid(_ random: any RandomSource) -> String {
    let digits = Array(random.hex(16))
    return [digits[0..<8], digits[8..<12], digits[12..<16], digits[16..<20], digits[20..<32]].map { String($0) }
      .joined(separator: "-")
  }
}
