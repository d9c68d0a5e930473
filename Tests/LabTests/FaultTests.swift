import Basics
import Lab
import Testing

@Test("A fault's text form names cloud, action, kind, argument and count")
func faultText() throws {
  #expect(
    try Fault("alibaba:CreateCenBandwidthPackage:drop-response:1")
      == Fault(cloud: .alibaba, action: "CreateCenBandwidthPackage", kind: .resetAfter, count: 1))
}
