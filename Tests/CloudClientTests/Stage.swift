import Basics
import CloudClient
import CloudWire
import ProviderModel
import RunEngine
import Testing

/// A performer over a scripted cloud, with the provider of the design document (`decisions.md` §4) and some actions
/// more.
struct Stage {
  let time: ManualTime
  let cloud: FakeCloud
  let performer: CloudPerformer
  let catalog: ProviderCatalog

  init(
    endpoints: EndpointOverrides = EndpointOverrides(), masker: Masker = Masker(), observer: CloudObserver? = nil,
    finder: CredentialFinder? = nil, files: [SourceText] = Self.files,
    _ handler: @escaping @Sendable (FakeCloud.Call) -> FakeCloud.Reply
  ) throws {
    time = ManualTime()
    cloud = FakeCloud(time, handler)
    catalog = try ProviderCatalog.load(files: files)
    performer = CloudPerformer(
      catalog: catalog, transport: cloud, credentials: finder ?? Self.keys, endpoints: endpoints, time: time,
      random: CountingRandom(), masker: masker, observer: observer)
  }

  static let keys = CredentialFinder(
    environment: [
      "ALIBABA_CLOUD_ACCESS_KEY_ID": "AKID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "a-secret-key",
      "AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": "aws-secret-key",
    ], home: "/h", readFile: { _ in nil })

  static let token = "cw-0123456789abcdef0123456789abcdef"
  static let id = "0123456789"

  func call(
    _ action: String, _ inputs: [String: Value], record: StepRecord = StepRecord(), adopt: AdoptPolicy? = nil
  ) throws -> StepCall {
    let description = try #require(catalog.action(action))
    return StepCall(
      runID: "run", address: StepAddress("step"), action: description, inputs: inputs,
      adopt: adopt ?? description.adopt,
      token: Self.token, record: record)
  }

  /// The failure of an operation that must fail.
  func failure(_ body: () async throws(StepFailure) -> some Any) async -> StepFailure? {
    do throws(StepFailure) {
      let result = try await body()
      Issue.record("it did not fail: \(result)")
      return nil
    } catch { return error }
  }

  static let files = [
    SourceText(path: "providers/alibaba/provider.yaml", text: provider),
    SourceText(path: "providers/alibaba/cbn.yaml", text: cbn),
    SourceText(path: "providers/alibaba/smartag.yaml", text: smartag),
    SourceText(path: "providers/alibaba/sts.yaml", text: sts),
    SourceText(path: "providers/aws/provider.yaml", text: aws),
    SourceText(path: "providers/aws/ec2.yaml", text: ec2),
  ]

  static let provider = """
    title: {en: Alibaba Cloud, zh: 阿里云}
    protocol: alibaba-rpc
    throttle: {rate: 1000/s, concurrent: 10}
    identity: {call: "sts:GetCallerIdentity", pick: "{id: AccountId}"}
    errors:
      throttled: ["*Throttling*", "http:429"]
      transient: [ServiceUnavailable*, InternalError*, "http:500", "http:503"]
      not-yet: [Operation.Blocking, IncorrectStatus*]
      expired: [InvalidSecurityToken.Expired]
      clock: [InvalidTimeStamp.*]
      already-exists: ["*.AlreadyExist*"]
      not-found: ["*.NotFound"]
      in-use: [DependencyViolation*]
      denied: [Forbidden*]
      quota: [QuotaExceeded*]
      invalid: [Invalid*]
    """

  /// The first action is that of `decisions.md` §4, word for word.
  static let cbn = """
    product: cbn
    version: "2017-09-12"
    endpoint: cbn.aliyuncs.com
    actions:
      cbn.cen:                                               # create with a client token: created first, looked up only in doubt
        title: {en: CEN instance, zh: 云企业网实例}
        inputs: {name: {type: string}}
        outputs: {cen_id: {type: string, value: "${{ self.CenId }}"}}
        billing: {kind: free}
        doubt: token
        find:   {call: "cbn:DescribeCens", with: {Tag: [{Key: causeway-id, Value: "${{ token }}"}]}, pick: "Cens.Cen[0]"}
        match:  {call: "cbn:DescribeCens", with: {Filter: [{Key: Name, Value: ["${{ inputs.name }}"]}]}, pick: "Cens.Cen[0]"}
        read:   {call: "cbn:DescribeCens", with: {Filter: [{Key: CenId, Value: ["${{ self.CenId }}"]}]}, pick: "Cens.Cen[0]"}
        create: {call: "cbn:CreateCen", with: {Name: "${{ inputs.name }}", ClientToken: "${{ token }}", Tag: [{Key: causeway-id, Value: "${{ token }}"}]}, pick: "{CenId: CenId}"}
        compare: {name: self.Name}
        wait:   {until: "self.Status == 'Active'", failed: "self.Status == 'Failed'", timeout: 5m}
        undo:   {call: "cbn:DeleteCen", with: {CenId: "${{ self.CenId }}"}}
      cbn.pair:                                              # a list of calls, and one for some only
        title: Pair
        inputs: {name: {type: string}, extra: {type: boolean, default: false}}
        outputs: {a: {type: string, value: "${{ self.A }}"}, b: {type: string, value: "${{ self.B }}"}}
        doubt: {by: lookup, patience: 30s}
        find: {call: ListPairs, with: {Name: "${{ inputs.name }}-${{ id }}"}, pick: "Pairs[0]"}
        read: {call: GetPair, with: {A: "${{ self.A }}"}, pick: Pair}
        create:
          - {call: CreateA, with: {Name: "${{ inputs.name }}-${{ id }}"}, pick: "{A: A}"}
          - {call: CreateExtra, when: inputs.extra, with: {A: "${{ self.A }}"}}
          - {call: CreateB, with: {A: "${{ self.A }}"}, pick: "{B: B}"}
        compare: {name: self.Name}
        undo:
          - {call: DeleteB, with: {B: "${{ self.B }}"}}
          - {call: DeleteA, with: {A: "${{ self.A }}"}}
      cbn.host:                                              # paid by the hour, without a client token, listed late
        title: Host
        inputs: {name: {type: string}}
        outputs: {id: {type: string, value: "${{ self.Id }}"}}
        billing: {kind: hourly}
        doubt: {by: lookup, patience: 60s, not_found: ask}
        find: {call: ListHosts, with: {Name: "${{ inputs.name }}-${{ id }}"}, pick: "Hosts[0]"}
        read: {call: ListHosts, with: {Name: "${{ inputs.name }}-${{ id }}"}, pick: "Hosts[0]"}
        create: {call: RunHost, with: {Name: "${{ inputs.name }}-${{ id }}"}, pick: "{Id: Id}"}
        undo: {call: ReleaseHost, with: {Id: "${{ self.Id }}"}}
      cbn.package:                                           # bought, without a client token
        title: Package
        inputs: {name: {type: string}, owner: {type: string, default: "${{ account.id }}", required: false}}
        outputs: {id: {type: string, value: "${{ self.Id }}"}}
        billing: {kind: prepaid}
        doubt: {by: lookup, patience: 1m}
        find: {call: ListPackages, with: {Name: "${{ inputs.name }}-${{ id }}"}, pick: "Packages[0]"}
        create: {call: BuyPackage, with: {Name: "${{ inputs.name }}-${{ id }}", Owner: "${{ account.id }}"}, pick: "{Id: Id}"}
        undo: {none: {en: It stays until its term ends., zh: 到期前保留。}}
      cbn.mixed:                                             # the token protects the first call only
        title: Mixed
        inputs: {name: {type: string}}
        doubt: token
        read: {call: GetMixed, with: {A: "${{ self.A }}"}, pick: Mixed}
        create:
          - {call: CreateMixed, with: {Name: "${{ inputs.name }}", ClientToken: "${{ token }}"}, pick: "{A: A}"}
          - {call: AttachMixed, with: {A: "${{ self.A }}"}}
        undo: {call: DeleteMixed, with: {A: "${{ self.A }}"}}
      cbn.blind:                                             # nothing tells whether it happened
        title: Blind
        inputs: {name: {type: string}}
        doubt: none
        create: {call: DoBlind, with: {Name: "${{ inputs.name }}"}}
        undo: {none: {en: no, zh: 否}}
      cbn.info:
        title: Existing
        inputs: {name: {type: string}, size: {type: integer, default: 10, min: 1, max: 50}}
        outputs: {names: {type: list, items: {type: string}, value: "${{ self.Names }}"}}
        find: {call: DescribeAll, with: {Name: "${{ inputs.name }}", PageSize: "${{ inputs.size }}"}, pick: "{Names: Things.Thing[*].Name}"}
      cbn.login:
        title: Login
        inputs: {password: {type: string, sensitive: true}}
        find: {call: Login, with: {Password: "${{ inputs.password }}"}, pick: "@"}
      cbn.flag:                                              # a setting with a value of its own before
        title: Flag
        inputs: {thing: {type: string}, enabled: {type: boolean}}
        outputs: {enabled: {type: boolean, value: "${{ self.Enabled }}"}}
        serialize: join('/', ['thing', inputs.thing])
        read: {call: GetThing, with: {Id: "${{ inputs.thing }}"}, pick: Thing}
        compare: {enabled: self.Enabled}
        update: {call: SetThing, with: {Id: "${{ inputs.thing }}", Enabled: "${{ inputs.enabled }}"}}
        undo: {call: SetThing, with: {Id: "${{ inputs.thing }}", Enabled: "${{ before.Enabled }}"}}
      cbn.key:                                               # a name of its own, of which there is never a second one
        title: Key
        inputs: {name: {type: string}}
        outputs: {name: {type: string, value: "${{ self.Name }}"}}
        doubt: {by: lookup, patience: 30s, duplicates: refused}
        find: {call: ListKeys, with: {Name: "${{ inputs.name }}-${{ id }}"}, pick: "Keys[0]"}
        read: {call: ListKeys, with: {Name: "${{ self.Name }}"}, pick: "Keys[0]"}
        create: {call: ImportKey, with: {Name: "${{ inputs.name }}-${{ id }}"}, pick: "{Name: Name}"}
        undo: {call: DeleteKey, with: {Name: "${{ self.Name }}"}}
      cbn.switch:                                            # a setting whose answer says what it is now
        title: Switch
        inputs: {thing: {type: string}, enabled: {type: boolean}}
        outputs: {enabled: {type: boolean, value: "${{ self.Enabled }}"}, owner: {type: string, value: "${{ self.Owner }}"}}
        read: {call: GetThing, with: {Id: "${{ inputs.thing }}"}, pick: Thing}
        compare: {enabled: self.Enabled}
        update: {call: SetThing, with: {Id: "${{ inputs.thing }}", Enabled: "${{ inputs.enabled }}"}, pick: Thing}
        undo: {call: SetThing, with: {Id: "${{ inputs.thing }}", Enabled: "${{ before.Enabled }}"}}
      cbn.link:                                              # the same look-up for all three
        title: Link
        inputs: {from: {type: string}, to: {type: string}}
        outputs: {to: {type: string, value: "${{ self.To }}"}}
        doubt: {by: lookup, patience: 30s}
        adopt: identical
        find: &link {call: GetLink, with: {From: "${{ inputs.from }}"}, pick: Link}
        match: *link
        read: *link
        create: {call: Link, with: {From: "${{ inputs.from }}", To: "${{ inputs.to }}"}}
        compare: {to: self.To}
        undo: {call: Unlink, with: {From: "${{ inputs.from }}"}}
      cbn.command:
        title: Command
        inputs: {region: {type: string}, instance: {type: string}, command: {type: string, max: 400}, timeout_seconds: {type: integer, default: 60, min: 10, max: 86400}}
        outputs: {status: {type: integer, value: "${{ self.ExitCode }}"}, stdout: {type: string, value: "${{ self.Output }}"}}
        doubt: token
        read: {call: GetResult, with: {InvokeId: "${{ self.InvokeId }}"}, pick: "{InvokeId: InvokeId, ExitCode: ExitCode, Output: Output, State: State}"}
        create: {call: RunCommand, with: {Command: "${{ inputs.command }}", Timeout: "${{ inputs.timeout_seconds }}", ClientToken: "${{ token }}"}, pick: "{InvokeId: InvokeId}"}
        wait: {until: "self.State == 'Done'", timeout: 1h}
        undo: {none: {en: no, zh: 否}}
    """

  /// Both actions are those of `decisions.md` §4, word for word.
  static let smartag = """
    product: smartag
    version: 2018-03-13
    endpoint: smartag.${{ inputs.region }}.aliyuncs.com
    actions:
      smartag.ccn:                                           # create without a token: looked up first, unique own name
        title: {en: Cloud Connect Network, zh: 云连接网}
        inputs: {region: {type: string}, name: {type: string}}
        outputs: {ccn_id: {type: string, value: "${{ self.CcnId }}"}}
        billing: {kind: free}
        doubt: {by: lookup, patience: 2m}
        find:   {call: DescribeCloudConnectNetworks, with: {RegionId: "${{ inputs.region }}", Name: "${{ inputs.name }}-${{ id }}"}, pick: "CloudConnectNetworks.CloudConnectNetwork[?Name == join('-', [$inputs.name, $id])] | [0]"}
        read:   {call: DescribeCloudConnectNetworks, with: {RegionId: "${{ inputs.region }}", CcnId: "${{ self.CcnId }}"}, pick: "CloudConnectNetworks.CloudConnectNetwork[0]"}
        create: {call: CreateCloudConnectNetwork, with: {RegionId: "${{ inputs.region }}", Name: "${{ inputs.name }}-${{ id }}"}, pick: "{CcnId: CcnId}"}
        wait:   {until: "self.CcnId != `null`", timeout: 5m}
        undo:   {call: DeleteCloudConnectNetwork, with: {RegionId: "${{ inputs.region }}", CcnId: "${{ self.CcnId }}"}}
        errors: {in-use: [AlreadyBound.CEN, AlreadyBound.SMARTAG]}
      smartag.static-routes:                                 # read-modify-write: no create; undo takes away only what was added
        title: {en: Static route synchronisation, zh: 线下路由同步（静态路由）}
        inputs: {region: {type: string}, sag: {type: string}, cidrs: {type: list, items: {type: cidr}}}
        outputs: {cidrs: {type: list, value: "${{ split(',', self.CidrBlock) }}"}}
        billing: {kind: free}
        serialize: join('/', ['sag', inputs.sag])
        read:    {call: DescribeSmartAccessGatewayAttribute, with: {RegionId: "${{ inputs.region }}", SmartAGId: "${{ inputs.sag }}"}, pick: "@"}
        compare: {cidrs: {value: "split(',', self.CidrBlock)", as: contains}}
        update:  {call: ModifySmartAccessGateway, with: {RegionId: "${{ inputs.region }}", SmartAGId: "${{ inputs.sag }}", RoutingStrategy: static, CidrBlock: "${{ join(',', unique([split(',', self.CidrBlock), inputs.cidrs][])) }}"}}
        undo:    {call: ModifySmartAccessGateway, with: {RegionId: "${{ inputs.region }}", SmartAGId: "${{ inputs.sag }}", CidrBlock: "${{ join(',', minus(split(',', self.CidrBlock), minus(inputs.cidrs, split(',', before.CidrBlock)))) }}"}}
    """

  static let sts = """
    product: sts
    version: "2015-04-01"
    endpoint: sts.aliyuncs.com
    actions: {}
    """

  static let aws = """
    title: AWS
    protocol: aws-query
    errors: {not-found: ["*.NotFound"], invalid: [Invalid*]}
    """

  static let ec2 = """
    product: ec2
    version: "2016-11-15"
    endpoint: ec2.${{ inputs.region }}.amazonaws.com
    endpoints: {cn-north-1: ec2.cn-north-1.amazonaws.com.cn}
    actions:
      ec2.vpc:
        title: VPC
        inputs: {region: {type: string}, vpc: {type: string}}
        outputs: {cidr: {type: cidr, value: "${{ self.cidrBlock }}"}}
        find: {call: DescribeVpcs, with: {VpcId: ["${{ inputs.vpc }}"]}, pick: "vpcSet[0]"}
    """
}

extension StepOutcome {
  var outputs: [String: Value]? { if case .succeeded(let outputs, _, _) = self { outputs } else { nil } }
  var effect: Effect? { if case .succeeded(_, _, let effect) = self { effect } else { nil } }
  var object: Value? { if case .succeeded(_, let object, _) = self { object } else { nil } }
  var request: PersonRequest? { if case .waiting(let request) = self { request } else { nil } }
}
