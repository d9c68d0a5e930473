/// What the emulated EC2 offers in every region: images, instance types, regions and zones.
enum AWSCatalogue {
  static let canonical = "099720109477"
  static let centos = "125523088429"

  static let images: [AWSImage] = [
    ubuntu(5, "bionic-18.04", date: "20230607", created: "2023-06-07T15:53:51.000Z"),
    ubuntu(4, "focal-20.04", date: "20241215", created: "2024-12-15T09:15:26.000Z"),
    ubuntu(3, "focal-20.04", date: "20250603", created: "2025-06-03T10:34:16.000Z"),
    ubuntu(2, "jammy-22.04", date: "20251201", created: "2025-12-01T02:03:04.000Z"),
    ubuntu(1, "jammy-22.04", date: "20260101", created: "2026-01-01T02:03:04.000Z"),
    AWSImage(
      id: "ami-01111111111111116", name: "CentOS-7-2111-20220825_1.x86_64-d9a3032a-921c-4c6d-b150-bde168105e42",
      owner: centos, created: "2022-08-26T21:43:33.000Z", description: "CentOS-7-2111-20220825_1.x86_64",
      user: "centos", rootDevice: "/dev/sda1", snapshot: "snap-07777777777777776"),
  ]

  private static func ubuntu(_ number: Int, _ release: String, date: String, created: String) -> AWSImage {
    let version = release.split(separator: "-").map(String.init)
    return AWSImage(
      id: "ami-0111111111111111\(number)", name: "ubuntu/images/hvm-ssd/ubuntu-\(release)-amd64-server-\(date)",
      owner: canonical, created: created,
      description: "Canonical, Ubuntu, \(version[1]) LTS, amd64 \(version[0]) image build on \(date)", user: "ubuntu",
      rootDevice: "/dev/sda1", snapshot: "snap-0777777777777777\(number)")
  }

  static let instanceTypes: [AWSInstanceType] = [
    xen("t2.nano", 1, 512), xen("t2.micro", 1, 1024), xen("t2.small", 1, 2048), xen("t2.medium", 2, 4096),
    xen("t2.large", 2, 8192), xen("t2.xlarge", 4, 16384), nitro("t3.micro", 2, 1024), nitro("t3.small", 2, 2048),
    nitro("t3.medium", 2, 4096), nitro("t3.large", 2, 8192), nitro("c5.large", 2, 4096),
    AWSInstanceType(
      name: "t4g.medium", cores: 2, memory: 4096, hypervisor: "nitro", architectures: ["arm64"]),
  ]

  private static func xen(_ name: String, _ cores: Int, _ memory: Int) -> AWSInstanceType {
    AWSInstanceType(
      name: name, cores: cores, memory: memory, hypervisor: "xen", architectures: ["i386", "x86_64"])
  }

  private static func nitro(_ name: String, _ cores: Int, _ memory: Int) -> AWSInstanceType {
    AWSInstanceType(name: name, cores: cores, memory: memory, hypervisor: "nitro", architectures: ["x86_64"])
  }

  static let regions = [
    "ap-east-1", "ap-northeast-1", "ap-northeast-2", "ap-south-1", "ap-southeast-1", "ap-southeast-2", "ca-central-1",
    "eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3", "sa-east-1", "us-east-1", "us-east-2",
    "us-west-1", "us-west-2", "cn-north-1", "cn-northwest-1", "us-gov-east-1", "us-gov-west-1",
  ]

  static func zones(of region: String) -> [String] { ["a", "b", "c"].map { region + $0 } }
}
