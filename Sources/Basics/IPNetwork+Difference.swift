extension IPNetwork {
  /// What remains of the block without `others`: the fewest blocks, in the order of their addresses.
  package func minus(_ others: [IPNetwork]) -> [IPNetwork] {
    let near = others.filter { $0.address.family == address.family && $0.overlaps(self) }
    if near.isEmpty { return [self] }
    if near.contains(where: { $0.contains(self) }) { return [] }
    let low = IPNetwork(address: network.address, prefix: prefix + 1)
    let half = UInt128(1) << UInt128(address.family.bits - prefix - 1)
    let high = IPNetwork(
      address: IPAddress(family: address.family, number: low.address.number | half), prefix: prefix + 1)
    return low.minus(near) + high.minus(near)
  }
}
