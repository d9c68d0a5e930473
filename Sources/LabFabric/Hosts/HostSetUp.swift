import Glibc

/// How a host gets a file system of its own: an overlay of the machine's root, with everything that is the machine's own replaced.
enum HostSetUp {
  /// Top-level folders of the machine that a host sees through the overlay; every other one is empty in a host.
  private static let shared: Set<String> = [
    "bin", "boot", "dev", "etc", "gnu", "home", "lib", "lib32", "lib64", "libx32", "nix", "opt", "proc", "root", "run",
    "sbin",
    "snap", "sys", "tmp", "usr", "var",
  ]

  static func disk(of id: String) -> String { "\(Anchor.disks)/\(KernelNames.digest(id))" }

  /// What the first process of a host does; paths are the anchor's until the root is changed.
  static func steps(id: String, hostname: String, topFolders: [String]) -> [SetUp] {
    let disk = disk(of: id)
    let root = "\(disk)/tree"
    return fileSystem(disk, root) + kernelViews(root) + devices("\(root)/dev") + privateFolders(disk, root)
      + topFolders.filter { !shared.contains($0) }.map {
        .mount("tmpfs", on: "\(root)/\($0)", type: "tmpfs", data: "mode=755")
      }
      + [
        .changeRoot(root), .hostname(hostname),
      ]
  }

  private static func fileSystem(_ disk: String, _ root: String) -> [SetUp] {
    [.mount("none", on: "/", flags: SetUp.privately), .folder(disk)]
      + ["upper", "work", "tree", "home"].map { .folder("\(disk)/\($0)") }
      + [
        .folder("\(disk)/root", mode: 0o700),
        .mount(
          "overlay", on: root, type: "overlay", data: "lowerdir=/,upperdir=\(disk)/upper,workdir=\(disk)/work"),
      ]
  }

  /// Process and device information of the host alone; kernel switches can be read, but only the network's can be changed.
  private static func kernelViews(_ root: String) -> [SetUp] {
    let switches = "\(root)/proc/sys"
    return [
      .mount("proc", on: "\(root)/proc", type: "proc"), .bind(switches, on: switches),
      .bind("\(switches)/net", on: "\(switches)/net"),
      .mount("none", on: switches, flags: SetUp.bind | SetUp.remount | SetUp.readOnly),
      .mount("sysfs", on: "\(root)/sys", type: "sysfs", flags: SetUp.readOnly),
    ] + dangers.map { .bind("/dev/null", on: "\(root)/proc/\($0)") }
  }

  /// Files of `/proc` that reach the whole machine, as far as this kernel has them.
  private static let dangers = ["sysrq-trigger", "kcore"].filter { access("/proc/\($0)", F_OK) == 0 }

  private static func devices(_ folder: String) -> [SetUp] {
    let nodes = ["null", "zero", "full", "random", "urandom", "tty"]
    return [.mount("tmpfs", on: folder, type: "tmpfs", data: "mode=755")]
      + nodes.flatMap { [.emptyFile("\(folder)/\($0)"), .bind("/dev/\($0)", on: "\(folder)/\($0)")] }
      + [
        .folder("\(folder)/pts"),
        .mount("devpts", on: "\(folder)/pts", type: "devpts", data: "newinstance,ptmxmode=0666,mode=620,gid=5"),
        .symbolicLink("\(folder)/ptmx", to: "pts/ptmx"), .symbolicLink("\(folder)/fd", to: "/proc/self/fd"),
        .symbolicLink("\(folder)/stdin", to: "fd/0"), .symbolicLink("\(folder)/stdout", to: "fd/1"),
        .symbolicLink("\(folder)/stderr", to: "fd/2"), .folder("\(folder)/shm"),
        .mount("tmpfs", on: "\(folder)/shm", type: "tmpfs", data: "mode=1777"),
      ]
  }

  private static func privateFolders(_ disk: String, _ root: String) -> [SetUp] {
    [
      .mount("tmpfs", on: "\(root)/tmp", type: "tmpfs", data: "mode=1777"),
      .mount("tmpfs", on: "\(root)/run", type: "tmpfs", data: "mode=755"), .bind("\(disk)/root", on: "\(root)/root"),
      .bind("\(disk)/home", on: "\(root)/home"),
    ]
  }

  /// What root of a host must not do, as bits of capabilities(7): touch the machine's kernel, disks, clock or other mounts.
  static let droppedCapabilities: UInt64 = [
    ("DAC_READ_SEARCH", 2), ("LINUX_IMMUTABLE", 9), ("SYS_MODULE", 16), ("SYS_RAWIO", 17), ("SYS_ADMIN", 21),
    ("SYS_BOOT", 22),
    ("SYS_TIME", 25), ("MKNOD", 27), ("AUDIT_CONTROL", 30), ("MAC_OVERRIDE", 32), ("MAC_ADMIN", 33), ("SYSLOG", 34),
    ("PERFMON", 38), ("BPF", 39), ("CHECKPOINT_RESTORE", 40),
  ].reduce(0) { $0 | 1 << UInt64($1.1) }
}
