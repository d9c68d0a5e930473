/// What the emulated Alibaba Cloud offers: regions, zones, areas, images and instance types.
enum AlibabaCatalogue {
  struct Region: Sendable {
    var id: String
    var name: String
    var area: Area
    var zones: [String]
    /// Smart Access Gateway is sold here, and a CCN can be made.
    var hasSmartAG = false
    /// The id of the area's CCN on the side of CEN; there the transit router is a Basic one.
    var ccn: String?
  }

  /// Between areas traffic needs a bandwidth plan; within the mainland all CCN regions are one.
  enum Area: String, Sendable {
    case china
    case asiaPacific = "asia-pacific"
    case europe
    case northAmerica = "north-america"

    /// As `CreateCenBandwidthPackage` takes it: `Asia-Pacific`.
    init?(purchase name: String) { self.init(rawValue: name.lowercased()) }
  }

  static let regions: [Region] = [
    Region(
      id: "cn-hangzhou", name: "华东1（杭州）", area: .china,
      zones: ["cn-hangzhou-b", "cn-hangzhou-h", "cn-hangzhou-i", "cn-hangzhou-j", "cn-hangzhou-k"]),
    Region(
      id: "cn-shanghai", name: "华东2（上海）", area: .china,
      zones: ["cn-shanghai-b", "cn-shanghai-e", "cn-shanghai-f", "cn-shanghai-g", "cn-shanghai-l", "cn-shanghai-m"],
      hasSmartAG: true, ccn: "ccn-cn-shanghai"),
    Region(id: "cn-beijing", name: "华北2（北京）", area: .china, zones: ["cn-beijing-h", "cn-beijing-i", "cn-beijing-k"]),
    Region(
      id: "cn-shenzhen", name: "华南1（深圳）", area: .china, zones: ["cn-shenzhen-d", "cn-shenzhen-e", "cn-shenzhen-f"]),
    Region(
      id: "cn-hongkong", name: "中国（香港）", area: .asiaPacific, zones: ["cn-hongkong-b", "cn-hongkong-c"],
      hasSmartAG: true, ccn: "cn-hongkong"),
    Region(
      id: "ap-southeast-1", name: "新加坡", area: .asiaPacific,
      zones: ["ap-southeast-1a", "ap-southeast-1b", "ap-southeast-1c"], hasSmartAG: true, ccn: "ap-southeast-1"),
    Region(
      id: "ap-southeast-3", name: "马来西亚（吉隆坡）", area: .asiaPacific, zones: ["ap-southeast-3a", "ap-southeast-3b"],
      hasSmartAG: true, ccn: "ap-southeast-3"),
    Region(
      id: "ap-southeast-5", name: "印度尼西亚（雅加达）", area: .asiaPacific, zones: ["ap-southeast-5a", "ap-southeast-5b"],
      hasSmartAG: true, ccn: "ap-southeast-5"),
    Region(
      id: "ap-northeast-1", name: "日本（东京）", area: .asiaPacific, zones: ["ap-northeast-1a", "ap-northeast-1b"],
      hasSmartAG: true, ccn: "ap-northeast-1"),
    Region(
      id: "eu-central-1", name: "德国（法兰克福）", area: .europe, zones: ["eu-central-1a", "eu-central-1b"],
      hasSmartAG: true, ccn: "eu-central-1"),
    Region(id: "eu-west-1", name: "英国（伦敦）", area: .europe, zones: ["eu-west-1a", "eu-west-1b"]),
    Region(id: "us-west-1", name: "美国（硅谷）", area: .northAmerica, zones: ["us-west-1a", "us-west-1b"]),
    Region(id: "us-east-1", name: "美国（弗吉尼亚）", area: .northAmerica, zones: ["us-east-1a", "us-east-1b"]),
  ]

  static func region(_ id: String) -> Region? { regions.first { $0.id == id } }

  /// The region whose CCN bears the id on the side of CEN.
  static func ccnRegion(_ id: String) -> Region? { regions.first { $0.ccn == id } }

  /// The area of a region id of CEN: a region's or a CCN's.
  static func area(_ id: String) -> Area? { region(id)?.area ?? ccnRegion(id)?.area }

  static func isCCNRegion(_ id: String) -> Bool { ccnRegion(id) != nil }

  struct Image: Sendable {
    var id: String
    var family: String
    var name: String
    var nameInEnglish: String
    var platform: String
    var size: Int
    var created: String
  }

  static let images: [Image] = [
    Image(
      id: "ubuntu_18_04_x64_20G_alibase_20230929.vhd", family: "acs:ubuntu_18_04_x64", name: "Ubuntu  18.04 64位",
      nameInEnglish: "Ubuntu  18.04 64 bit", platform: "Ubuntu", size: 20, created: "2023-10-09T02:11:52Z"),
    Image(
      id: "ubuntu_20_04_x64_20G_alibase_20251225.vhd", family: "acs:ubuntu_20_04_x64", name: "Ubuntu  20.04 64位",
      nameInEnglish: "Ubuntu  20.04 64 bit", platform: "Ubuntu", size: 20, created: "2025-12-26T03:02:11Z"),
    Image(
      id: "ubuntu_22_04_x64_20G_alibase_20260101.vhd", family: "acs:ubuntu_22_04_x64", name: "Ubuntu  22.04 64位",
      nameInEnglish: "Ubuntu  22.04 64 bit", platform: "Ubuntu", size: 20, created: "2026-01-01T02:03:04Z"),
    Image(
      id: "centos_7_9_x64_20G_alibase_20240628.vhd", family: "acs:centos_7_9_x64", name: "CentOS  7.9 64位",
      nameInEnglish: "CentOS  7.9 64 bit", platform: "CentOS", size: 20, created: "2024-06-29T06:01:55Z"),
    Image(
      id: "aliyun_3_x64_20G_alibase_20251215.vhd", family: "acs:alibaba_cloud_linux_3_2104_lts_x64",
      name: "Alibaba Cloud Linux  3.2104 LTS 64位", nameInEnglish: "Alibaba Cloud Linux  3.2104 LTS 64 bit",
      platform: "Aliyun", size: 20, created: "2025-12-16T07:25:33Z"),
  ]

  struct InstanceType: Sendable {
    var name: String
    var cores: Int
    /// MiB.
    var memory: Int
    var family: String { name.split(separator: ".").dropLast().joined(separator: ".") }
  }

  static let instanceTypes: [InstanceType] = [
    InstanceType(name: "ecs.t6-c1m1.large", cores: 2, memory: 2048),
    InstanceType(name: "ecs.t6-c1m2.large", cores: 2, memory: 4096),
    InstanceType(name: "ecs.c6.large", cores: 2, memory: 4096),
    InstanceType(name: "ecs.g6.large", cores: 2, memory: 8192),
    InstanceType(name: "ecs.c7.large", cores: 2, memory: 4096),
    InstanceType(name: "ecs.g7.large", cores: 2, memory: 8192),
    InstanceType(name: "ecs.e-c1m1.large", cores: 2, memory: 2048),
    InstanceType(name: "ecs.e-c1m2.large", cores: 2, memory: 4096),
  ]
}
