/// The clouds that the lab emulates, by the names of their endpoints.
package enum CloudName: String, CaseIterable, Hashable, Sendable {
  case aws, alibaba, azure, qingcloud
  /// The object store that serves the deploy script.
  case oss
  /// Data centres of fixtures: hosts in the ledger, no endpoint.
  case premises
}
