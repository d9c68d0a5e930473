/// The small HTTP contract between the stand-in deploy script on a vCPE host and the lab's gateway service.
///
/// The script reads the address of the service from `/etc/causeway/device-api` on the host (`http://ADDRESS:PORT`, written by
/// `Fabric.startHost`, see `Fabric.deviceAPI`), and posts `application/x-www-form-urlencoded` bodies. Answers are `text/plain`; the first
/// word decides.
///
/// | request | parameters | answers |
/// |---|---|---|
/// | `POST /device/v1/join` | see `Parameter` | 200 `ok`, then lines `peer ADDRESS` (to keep alive); 403 `denied REASON` |
/// | `POST /device/v1/leave` | `serial`, `key`, `machine` | 200 `ok` |
/// | `POST /device/v1/state` | `serial`, `key`, `machine` | 200 `ok`, then lines `vpn up/down`, `control up/down`, `role active/standby`, `version V` |
/// | `POST /device/v1/alive` | `serial`, `key`, `machine`, `part` | 200 `ok`, then line `role active/standby`; 403 `denied REASON` |
/// | `POST /device/v1/announce` | `serial`, `key`, `machine`, `ha_vip` | 200 `ok`, whoever holds the address then |
///
/// On `join` the lab checks serial and key, sets the tunnel's `isUpAtMachine` with the given WAN device, applies the topology, and only
/// then answers. Joining twice is the same as joining once. `REASON` is one of `Reason`. A 5xx or a broken connection is retried by the
/// script three times, two seconds apart.
///
/// Each of the two containers says every few seconds that it is alive (`Part`). The lab decides by that alone which device of a pair is
/// the active one, as the two would agree among themselves; the active one announces the virtual address, as by gratuitous ARP, and the
/// platform gives it to the last associated instance that did.
package enum DeviceAPI {
  package static let joinPath = "/device/v1/join"
  package static let leavePath = "/device/v1/leave"
  package static let statePath = "/device/v1/state"
  package static let alivePath = "/device/v1/alive"
  package static let announcePath = "/device/v1/announce"

  /// A container of a device that keeps itself known.
  package enum Part: String, CaseIterable, Hashable, Sendable {
    /// `vsag-core`, which carries the tunnel: every second.
    case core
    /// `vsag-manager-base`, which listens to the controller: every five seconds.
    case manager
  }

  /// Form fields of a join.
  package enum Parameter {
    /// The device's serial number, option `-n`.
    package static let serial = "serial"
    /// The device's key, option `-k`.
    package static let key = "key"
    /// The platform, option `-t`: aliyun, aws, ens, azure or any other word.
    package static let platform = "platform"
    /// The WAN device, option `-w`.
    package static let interface = "interface"
    /// The first IPv4 address on that device.
    package static let address = "address"
    /// The virtual address of two devices, option `-v`; empty without.
    package static let virtualAddress = "ha_vip"
    /// `Machine.id` of the host on which the script runs.
    package static let machine = "machine"
    /// The image version, `2.3.0`.
    package static let version = "version"
    /// A `Part`.
    package static let part = "part"
  }

  /// Why a join is denied.
  package enum Reason: String, Sendable {
    case unknownSerial = "unknown-serial"
    case wrongKey = "wrong-key"
    case lockedGateway = "locked-gateway"
    /// A keepalive of a device that is deployed on no host, or on another one.
    case notJoined = "not-joined"
    case unknownPart = "unknown-part"
  }

  /// The router's address inside every tunnel, to which the keepalive goes: what a successful join answers as `peer`.
  package static let peerAddress = "169.254.254.1"
}
