import LabFabric

/// The operating system that an image's name tells, in the forms of the clouds' own catalogues.
enum ImageSystem {
  /// `ubuntu-jammy-22.04-amd64`, `ubuntu_22_04_x64`, `CentOS-7-2111`, `centos_7_9_x64`, `aliyun_3_x64`; `nil` for any other name.
  static func named(_ image: String) -> HostSystem? {
    let text = image.lowercased().replacing("_", with: "-")
    if text.contains("ubuntu") {
      let version = text.firstMatch(of: /ubuntu[a-z-]*-(\d\d)[.-](\d\d)/).map { "\($0.output.1).\($0.output.2)" }
      return HostSystem(id: "ubuntu", version: version ?? "22.04", name: "Ubuntu")
    }
    if let match = text.firstMatch(of: /centos-(\d)/) {
      return HostSystem(id: "centos", version: String(match.output.1), name: "CentOS Linux")
    }
    if let match = text.firstMatch(of: /aliyun-(\d)/) {
      return HostSystem(id: "alinux", version: String(match.output.1), name: "Alibaba Cloud Linux")
    }
    return nil
  }
}
