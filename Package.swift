// swift-tools-version: 6.2
import PackageDescription

/// One set of rules for every target: Swift 6 mode, explicit `any`, imports internal unless they show, warnings are errors.
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .treatAllWarnings(as: .error),
]

func library(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: dependencies, resources: resources, swiftSettings: strict)
}

let package = Package(
  name: "causeway",
  platforms: [.macOS(.v15)],
  products: [.executable(name: "causeway", targets: ["causeway"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/swhitty/FlyingFox", from: "0.27.1"),
  ],
  targets: [
    // Level 0: system libraries and plain values.
    .systemLibrary(
      name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
    .systemLibrary(
      name: "CSSH2", pkgConfig: "libssh2", providers: [.apt(["libssh2-1-dev"])]),
    .systemLibrary(
      name: "CJansson", pkgConfig: "jansson", providers: [.apt(["libjansson-dev"])]),
    .systemLibrary(name: "CLinux"),
    library("Basics", []),
    tests("Basics", ["Basics"]),

    // Level 1: text, digests, the expression language.
    library("JSONText", ["Basics", "CJansson"]),
    tests("JSONText", ["Basics", "JSONText"]),
    library("YAMLText", ["Basics", .product(name: "Yams", package: "Yams")]),
    tests("YAMLText", ["Basics", "YAMLText"]),
    library("Digests", ["Basics", .product(name: "Crypto", package: "swift-crypto")]),
    tests("Digests", ["Basics", "Digests"]),
    library("JMESPath", ["Basics"]),
    tests(
      "JMESPath", ["Basics", "JMESPath", "JSONText"], resources: [.copy("Vectors")]),

    // Level 2: the two documents that people write.
    library("Expressions", ["Basics", "Digests", "JMESPath", "JSONText", "YAMLText"]),
    tests("Expressions", ["Basics", "Expressions", "JMESPath", "YAMLText"]),
    library("WorkflowModel", ["Basics", "Expressions", "JMESPath", "YAMLText"]),
    tests("WorkflowModel", ["Basics", "Expressions", "JSONText", "WorkflowModel", "YAMLText"]),
    library("ProviderModel", ["Basics", "Expressions", "JMESPath", "YAMLText"]),
    tests("ProviderModel", ["Basics", "Expressions", "JSONText", "ProviderModel"]),

    // Level 3: pure decisions.
    library(
      "Planning",
      ["Basics", "Digests", "Expressions", "JMESPath", "ProviderModel", "WorkflowModel"]),
    tests(
      "Planning",
      [
        "Basics", "Digests", "Expressions", "JSONText", "Planning", "ProviderModel", "TestSupport", "WorkflowModel",
        "YAMLText",
      ]),
    library("CloudWire", ["Basics", "Digests", "Expressions", "JSONText", "ProviderModel"]),
    tests(
      "CloudWire", ["Basics", "CloudWire", "Digests", "JSONText", "ProviderModel"],
      resources: [.copy("Vectors")]),

    // Level 4: the engine, the transport, the lab.
    library("RunEngine", ["Basics", "Digests", "Planning", "ProviderModel"]),
    tests(
      "RunEngine",
      ["Basics", "Planning", "ProviderModel", "RunEngine", "TestSupport", "WorkflowModel"]),
    library("CurlTransport", ["Basics", "CCurl", "CloudWire"]),
    tests(
      "CurlTransport",
      ["Basics", "CloudWire", "CurlTransport", .product(name: "FlyingFox", package: "FlyingFox")]),
    library("LabFabric", ["Basics", "CLinux"]),
    tests("LabFabric", ["Basics", "LabFabric"]),
    library(
      "Lab",
      [
        "Basics", "CloudWire", "Digests", "JSONText", "LabFabric",
        .product(name: "FlyingSocks", package: "FlyingFox"),
      ]),
    tests(
      "Lab",
      [
        "Basics", "CloudWire", "Digests", "JSONText", "Lab", "LabFabric",
        .product(name: "FlyingSocks", package: "FlyingFox"),
      ], resources: [.copy("Vectors")]),

    // Level 5: doors.
    library(
      "CloudClient",
      [
        "Basics", "CloudWire", "Digests", "Expressions", "JSONText", "ProviderModel", "RunEngine",
        "YAMLText",
      ]),
    tests(
      "CloudClient",
      ["Basics", "CloudClient", "CloudWire", "JSONText", "ProviderModel", "RunEngine"]),
    library("RemoteShell", ["Basics", "CSSH2", "Digests", "RunEngine"]),
    tests("RemoteShell", ["Basics", "Digests", "ProviderModel", "RemoteShell", "RunEngine"]),
    library("Probes", ["Basics", "RunEngine"]),
    tests("Probes", ["Basics", "ProviderModel", "Probes", "RunEngine"]),
    library(
      "RunJournal",
      [
        "Basics", "Digests", "JSONText", "RunEngine",
        .product(name: "GRDB", package: "GRDB.swift"),
      ]),
    tests(
      "RunJournal",
      ["Basics", "Digests", "Planning", "ProviderModel", "RunEngine", "RunJournal", "TestSupport"],
      resources: [.copy("Fixtures")]),
    library(
      "Reporting",
      [
        "Basics", "CloudWire", "Digests", "Expressions", "JSONText", "Planning", "ProviderModel", "RunEngine",
        "WorkflowModel",
      ]),
    tests(
      "Reporting",
      [
        "Basics", "Digests", "Planning", "ProviderModel", "Reporting", "RunEngine", "TestSupport", "WorkflowModel",
      ]),

    // Level 6 and 7: wiring and the tool.
    library(
      "Commands",
      [
        "Basics", "CloudClient", "CloudWire", "CurlTransport", "Digests", "Expressions", "JSONText",
        "Lab", "LabFabric", "Planning", "Probes", "ProviderModel", "RemoteShell", "Reporting",
        "RunEngine", "RunJournal", "WorkflowModel", "YAMLText",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ]),
    .executableTarget(name: "causeway", dependencies: ["Commands"], swiftSettings: strict),

    .target(
      name: "TestSupport",
      dependencies: ["Basics", "Expressions", "Planning", "ProviderModel", "RunEngine"],
      path: "Tests/TestSupport", swiftSettings: strict),
    tests("Architecture", []),
    tests("EndToEnd", ["Basics", "JSONText", "causeway"], resources: [.copy("Resources")]),
    tests(
      "Conformance",
      [
        "Basics", "CloudClient", "CloudWire", "Digests", "Expressions", "JSONText", "ProviderModel",
        "YAMLText",
      ], resources: [.copy("Vectors")]),
  ]
)
