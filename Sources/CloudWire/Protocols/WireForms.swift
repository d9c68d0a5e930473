package import ProviderModel

/// The wire form and signer of a provider's calls.
package enum WireForms {
  /// `nil` for `builtin` and for forms that this build does not know.
  package static func wireProtocol(of name: WireProtocolName) -> (any WireProtocol)? {
    switch name {
    case .awsQuery: AWSQueryProtocol()
    case .alibabaRPC: AlibabaRPCProtocol()
    case .azureARM, .qingcloud, .builtin: nil
    }
  }

  package static func signer(of name: WireProtocolName, product: ProductDescription) -> (any Signer)? {
    switch name {
    case .awsQuery: SigV4Signer()
    case .alibabaRPC: product.usesOldSignature ? AlibabaRPCv1Signer() : ACS3Signer()
    case .azureARM, .qingcloud, .builtin: nil
    }
  }
}
