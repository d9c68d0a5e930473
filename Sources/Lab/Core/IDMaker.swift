/// Ids in the vendors' forms, each a function of the lab's seed, the kind and a counter: equal labs make equal ids.
struct IDMaker: Sendable {
  private let seed: UInt64
  private var counters: [String: UInt64] = [:]
  private var given: [String: ArraySlice<String>]

  /// - Parameter given: ids to hand out first, by prefix.
  init(seed: UInt64, given: [String: [String]] = [:]) {
    self.seed = seed
    self.given = given.mapValues { $0[...] }
  }

  private mutating func takeGiven(_ kind: String) -> String? { given[kind]?.popFirst() }

  /// `i-0123456789abcdef0`: the prefix, a zero and 16 hexadecimal digits, as EC2 makes them.
  mutating func amazon(_ prefix: String) -> String {
    takeGiven(prefix) ?? "\(prefix)-0" + text(kind: prefix, alphabet: Self.hexadecimal, count: 16)
  }

  /// `vpc-bp1...`: the prefix, the region's mark and letters and digits, as Alibaba Cloud makes them.
  mutating func alibaba(_ prefix: String, region: String? = nil, count: Int = 18) -> String {
    if let id = takeGiven(prefix) { return id }
    let mark = region.map { Self.regionMarks[$0] ?? "j6c" } ?? ""
    return "\(prefix)-\(mark)" + text(kind: prefix, alphabet: Self.lowercase, count: count)
  }

  /// `rtr-3k8dk2p0`: the prefix and eight letters and digits, as QingCloud makes them.
  mutating func qingCloud(_ prefix: String) -> String {
    takeGiven(prefix) ?? "\(prefix)-" + text(kind: prefix, alphabet: Self.lowercase, count: 8)
  }

  /// `52:54:...`, by which QingCloud knows a NIC.
  mutating func hardwareAddress() -> String {
    if let id = takeGiven("nic") { return id }
    let digits = Array(text(kind: "nic", alphabet: Self.hexadecimal, count: 8))
    return (["52", "54"] + stride(from: 0, to: 8, by: 2).map { String(digits[$0...$0 + 1]) }).joined(separator: ":")
  }

  mutating func letters(_ kind: String, count: Int) -> String {
    takeGiven(kind) ?? text(kind: kind, alphabet: Self.lowercase, count: count)
  }

  /// A decimal number that grows, 15 digits: an order.
  mutating func orderNumber() -> String { String(200_000_000_000_000 + next("order")) }

  /// A UUID in the form that the vendors use for request ids.
  mutating func requestID(uppercase: Bool) -> String {
    let id = uuid("request")
    return uppercase ? id.uppercased() : id
  }

  /// A UUID, as Azure makes them for nearly everything.
  mutating func uuid(_ kind: String) -> String {
    if let id = takeGiven(kind) { return id }
    let digits = Array(text(kind: kind, alphabet: Self.hexadecimal, count: 32))
    let groups = [digits[0..<8], digits[8..<12], digits[12..<16], digits[16..<20], digits[20..<32]]
    return groups.map { String($0) }.joined(separator: "-")
  }

  private static let hexadecimal = Array("0123456789abcdef")
  private static let lowercase = Array("0123456789abcdefghijklmnopqrstuvwxyz")
  private static let regionMarks = [
    "cn-hangzhou": "bp1", "cn-shanghai": "uf6", "cn-beijing": "2ze", "cn-shenzhen": "wz9", "cn-hongkong": "j6c",
    "ap-southeast-1": "t4n", "eu-central-1": "gw8",
  ]

  private mutating func next(_ kind: String) -> UInt64 {
    let number = counters[kind, default: 0] + 1
    counters[kind] = number
    return number
  }

  private mutating func text(kind: String, alphabet: [Character], count: Int) -> String {
    var state = kind.utf8.reduce(seed ^ 0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    state ^= next(kind) &* 0x9E37_79B9_7F4A_7C15
    return String((0..<count).map { _ in alphabet[Int(Self.mix(&state) % UInt64(alphabet.count))] })
  }

  /// SplitMix64.
  private static func mix(_ state: inout UInt64) -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}
