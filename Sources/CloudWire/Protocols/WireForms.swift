package import Basics
package import ProviderModel

/// The wire form and signer of a provider's calls.
package enum WireForms {
  /// `nil` for `builtin` and for forms that this build does not know.
  package static func wireProtocol(of name: WireProtocolName) -> (any WireProtocol)? {
    switch name {
    case .awsQuery: AWSQueryProtocol()
    case .alibabaRPC: AlibabaRPCProtocol()
    case .azureARM: AzureARMProtocol()
    case .qingcloud: QingCloudProtocol()
    case .builtin: nil
    }
  }

  package static func signer(of name: WireProtocolName, product: ProductDescription) -> (any Signer)? {
    switch name {
    case .awsQuery: SigV4Signer()
    case .alibabaRPC: product.usesOldSignature ? AlibabaRPCv1Signer() : ACS3Signer()
    case .azureARM: BearerSigner()
    case .qingcloud: QingCloudSigner(digest: product.usesOldSignature ? .sha1 : .sha256)
    case .builtin: nil
    }
  }

  /// How a change goes on after its answer, where the wire form has operations that outlive an answer; `nil` when the
  /// answer is the end.
  package static func operation(
    of name: WireProtocolName, after answer: Value, to call: WireCall, errors: [ErrorTable]
  ) -> (any OngoingOperation)? {
    switch name {
    case .azureARM: AzureOperation(of: call, answered: answer, errors: errors)
    case .qingcloud: QingCloudJob(of: call, answered: answer, errors: errors)
    case .awsQuery, .alibabaRPC, .builtin: nil
    }
  }
}
