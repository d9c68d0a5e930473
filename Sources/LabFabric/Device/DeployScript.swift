/// The stand-in for the vendor's deploy script: our own text with the handbook's interface, put into the lab's object store.
package enum DeployScript {
  /// The object's name, which the handbook forbids to change.
  package static let fileName = "sag_vcpe_v2.3.0_deployment.sh"
  /// The object's key below the bucket.
  package static let objectKey = "vcpe_vm/\(fileName)"
  package static let version = "2.3.0"
}
