import Basics

/// What the emulated Edge Node Service offers: areas, nodes with their carriers, images and instance types.
enum EdgeCatalogue {
  struct Node: Sendable {
    var id: String
    var name: String
    var nameInEnglish: String
    var area: String
    var district: String
    var province: String
    var city: String
    var carriers: [String]
  }

  struct District: Sendable {
    var level: String
    var code: String
    var father: String
    var name: String
    var nameInEnglish: String
  }

  /// Each node has a /27 of public addresses; 8 nodes fit into the lab's pool.
  static let publicPrefix = 27

  static let nodes: [Node] = [
    Node(
      id: "cn-shanghai-4", name: "上海-4", nameInEnglish: "Shanghai-4", area: "EastChina", district: "100104",
      province: "310000", city: "310100", carriers: ["cmcc", "telecom", "unicom"]),
    Node(
      id: "cn-hangzhou-44", name: "杭州-44", nameInEnglish: "Hangzhou-44", area: "EastChina", district: "100104",
      province: "330000", city: "330100", carriers: ["cmcc", "telecom"]),
    Node(
      id: "cn-wuxi-telecom_unicom_cmcc-2", name: "无锡三线-2", nameInEnglish: "Wuxi-2", area: "EastChina",
      district: "100104", province: "320000", city: "320200", carriers: ["telecom", "unicom", "cmcc"]),
    Node(
      id: "cn-beijing-15", name: "北京-15", nameInEnglish: "Beijing-15", area: "NorthChina", district: "100102",
      province: "110000", city: "110100", carriers: ["unicom", "cmcc"]),
    Node(
      id: "cn-foshan-telecom", name: "佛山电信", nameInEnglish: "Foshan Telecom", area: "SouthChina",
      district: "100105", province: "440000", city: "440600", carriers: ["telecom"]),
    Node(
      id: "cn-chengdu-telecom-4", name: "成都电信-4", nameInEnglish: "Chengdu Telecom-4", area: "SouthWestChina",
      district: "100106", province: "510000", city: "510100", carriers: ["telecom"]),
  ]

  static func node(_ id: String) -> Node? { nodes.first { $0.id == id } }

  static func number(of node: String) -> Int { nodes.firstIndex { $0.id == node } ?? 0 }

  /// The nodes of an area, a province or a city that a carrier serves.
  static func nodes(in code: String, carrier: String) -> [Node] {
    nodes.filter { $0.codes.contains(code) && $0.carriers.contains(carrier) }
  }

  static let districts: [District] = [
    District(level: "Big", code: "100101", father: "100100", name: "东北", nameInEnglish: "Northeast China"),
    District(level: "Big", code: "100102", father: "100100", name: "华北", nameInEnglish: "North China"),
    District(level: "Big", code: "100103", father: "100100", name: "华中", nameInEnglish: "Central China"),
    District(level: "Big", code: "100104", father: "100100", name: "华东", nameInEnglish: "East China"),
    District(level: "Big", code: "100105", father: "100100", name: "华南", nameInEnglish: "South China"),
    District(level: "Big", code: "100106", father: "100100", name: "西南", nameInEnglish: "Southwest China"),
    District(level: "Big", code: "100107", father: "100100", name: "西北", nameInEnglish: "Northwest China"),
    District(level: "Middle", code: "310000", father: "100104", name: "上海市", nameInEnglish: "Shanghai"),
    District(level: "Middle", code: "330000", father: "100104", name: "浙江省", nameInEnglish: "Zhejiang"),
    District(level: "Middle", code: "320000", father: "100104", name: "江苏省", nameInEnglish: "Jiangsu"),
    District(level: "Middle", code: "110000", father: "100102", name: "北京市", nameInEnglish: "Beijing"),
    District(level: "Middle", code: "440000", father: "100105", name: "广东省", nameInEnglish: "Guangdong"),
    District(level: "Middle", code: "510000", father: "100106", name: "四川省", nameInEnglish: "Sichuan"),
    District(level: "Small", code: "310100", father: "310000", name: "上海市", nameInEnglish: "Shanghai"),
    District(level: "Small", code: "330100", father: "330000", name: "杭州市", nameInEnglish: "Hangzhou"),
    District(level: "Small", code: "320200", father: "320000", name: "无锡市", nameInEnglish: "Wuxi"),
    District(level: "Small", code: "110100", father: "110000", name: "北京市", nameInEnglish: "Beijing"),
    District(level: "Small", code: "440600", father: "440000", name: "佛山市", nameInEnglish: "Foshan"),
    District(level: "Small", code: "510100", father: "510000", name: "成都市", nameInEnglish: "Chengdu"),
  ]

  /// The code of an area by code, Chinese or English name.
  static func district(_ name: String) -> District? {
    districts.first { [$0.code, $0.name, $0.nameInEnglish].contains(name) }
  }

  static let carriers = ["cmcc": "中国移动", "telecom": "中国电信", "unicom": "中国联通"]

  struct Image: Sendable {
    var id: String
    var name: String
    var platform: String
    var created: String
  }

  static let images: [Image] = [
    Image(
      id: "centos_7_06_64_20G_alibase_20191119", name: "CentOS 7.6 64 bit", platform: "CentOS",
      created: "2019-11-19T06:21:00Z"),
    Image(
      id: "ubuntu_18_04_64_20G_alibase_20190624", name: "Ubuntu 18.04 64 bit", platform: "Ubuntu",
      created: "2019-06-24T03:12:00Z"),
    Image(
      id: "ubuntu_22_04_x64_20G_alibase_20230613", name: "Ubuntu 22.04 64 bit", platform: "Ubuntu",
      created: "2023-06-13T02:40:00Z"),
  ]

  static let instanceTypes: [AlibabaCatalogue.InstanceType] = [
    AlibabaCatalogue.InstanceType(name: "ens.sn1.stiny", cores: 1, memory: 2048),
    AlibabaCatalogue.InstanceType(name: "ens.sn1.tiny", cores: 2, memory: 2048),
    AlibabaCatalogue.InstanceType(name: "ens.sn1.small", cores: 2, memory: 4096),
    AlibabaCatalogue.InstanceType(name: "ens.sn1.medium", cores: 4, memory: 8192),
  ]

  static func instanceType(_ name: String) -> AlibabaCatalogue.InstanceType? { instanceTypes.first { $0.name == name } }
}

extension EdgeCatalogue.Node {
  /// The codes of its area, province and city.
  var codes: [String] { [district, province, city] }
}
