import Basics
import JSONText
import LabFabric

/// Cloud Assistant: commands that really run on the host.
extension AlibabaState {
  mutating func runCommand(_ call: APICall) throws(ServiceError) -> Value {
    guard call["Type"] == "RunShellScript" else {
      return try refuse("InvalidParameter.Type", "The lab runs commands of type RunShellScript only.")
    }
    guard call["RepeatMode"] ?? "Once" == "Once", call.flag("Timed") != true else {
      return try refuse("InvalidParameter.RepeatMode", "The lab runs commands at once only.")
    }
    let script = try script(call)
    let ids = call.parameters.list("InstanceId")
    for id in ids {
      guard let instance = instances[id], core.isVisible(id) else {
        return try refuse("InvalidInstance.NotFound", "The specified instances do not exist.", status: 404)
      }
      guard phase(of: instance) == .running else {
        return try refuse("InstanceNotRunning", "The instance is not running.", status: 403)
      }
    }
    let invocation = newInvocation(call, ids)
    invocations[invocation.id] = invocation
    core.created("invocation", invocation.id, name: invocation.name)
    for id in ids { core.effects.append(.run(job(invocation, host: id, script))) }
    return ["CommandId": .string(invocation.command), "InvokeId": .string(invocation.id)]
  }

  private mutating func newInvocation(_ call: APICall, _ ids: [String]) -> Invocation {
    Invocation(
      id: core.ids.alibaba("t", region: "cn-hangzhou"), command: core.ids.alibaba("c", region: "cn-hangzhou"),
      name: call["Name"] ?? "", description: call["Description"] ?? "", type: "RunShellScript",
      content: call["ContentEncoding"] == "Base64"
        ? call["CommandContent"] ?? "" : Base64.encode(Array((call["CommandContent"] ?? "").utf8)),
      parameters: call["Parameters"] ?? "", region: call["RegionId"] ?? "", user: call["Username"] ?? "root",
      folder: call["WorkingDir"] ?? "", timeout: call.number("Timeout") ?? 60, created: core.now, tags: tags(of: call),
      outcomes: ids.map { Invocation.Outcome(instance: $0) })
  }

  private func job(_ invocation: Invocation, host: String, _ script: String) -> CommandJob {
    let folder = invocation.folder
    let home = invocation.user == "root" ? "/root" : "/home/\(invocation.user)"
    return CommandJob(
      invocation: invocation.id, host: host,
      arguments: [
        "/bin/sh", "-c", "cd -- \"$1\" && exec /bin/bash -c \"$2\"", "sh", folder.isEmpty ? home : folder, script,
      ],
      user: invocation.user, timeout: .seconds(invocation.timeout))
  }

  private func script(_ call: APICall) throws(ServiceError) -> String {
    var text = call["CommandContent"] ?? ""
    switch call["ContentEncoding"] ?? "PlainText" {
    case "PlainText": break
    case "Base64":
      guard let bytes = Base64.decode(text) else {
        return try refuse("InvalidParameter.CommandContent", "The specified CommandContent is not valid Base64.")
      }
      text = String(decoding: bytes, as: UTF8.self)
    default: return try refuse("InvalidParameter.ContentEncoding", "The specified ContentEncoding is not valid.")
    }
    guard call.flag("EnableParameter") == true else { return text }
    let values = call["Parameters"].flatMap { try? JSON.parse($0) }?.object ?? [:]
    for (name, value) in values.sorted(by: { $0.key < $1.key }) {
      text = text.replacing("{{\(name)}}", with: value.scalarText ?? "")
    }
    return text
  }

  /// What a host's command came to.
  mutating func finish(_ job: CommandJob, _ outcome: CommandOutcome?) {
    invocations.change(job.invocation) { row in
      guard let index = row.outcomes.firstIndex(where: { $0.instance == job.host }),
        row.outcomes[index].status == "Running"
      else { return }
      var result = row.outcomes[index]
      result.finished = core.now
      Self.fill(&result, outcome)
      row.outcomes[index] = result
    }
  }

  private static func fill(_ result: inout Invocation.Outcome, _ outcome: CommandOutcome?) {
    guard let outcome else {
      (result.status, result.errorCode) = ("Failed", "ClientNotRunning")
      result.errorInfo = "the client is not running"
      return
    }
    result.output = outcome.stdout + outcome.stderr
    result.dropped = outcome.isTruncated ? 1 : 0
    switch outcome.ending {
    case .exited(0): result.status = "Success"
    case .exited(let code):
      (result.status, result.exitCode, result.errorCode) = ("Failed", Int(code), "ExitCodeNonzero")
      result.errorInfo = "the exit code of the command is not zero"
    case .signalled(let signal):
      (result.status, result.exitCode, result.errorCode) = ("Failed", 128 + Int(signal), "ExitCodeNonzero")
      result.errorInfo = "the command was ended by a signal"
    case .timedOut:
      (result.status, result.errorCode) = ("Timeout", "ExecutionTimeout")
      result.errorInfo = "the command execution has been timeout"
    }
  }

  mutating func stopInvocation(_ call: APICall) throws(ServiceError) -> Value {
    let row = try invocation(call["InvokeId"] ?? "")
    let ids = call.parameters.list("InstanceId")
    invocations.change(row.id) { row in
      for index in row.outcomes.indices
      where row.outcomes[index].status == "Running" && (ids.isEmpty || ids.contains(row.outcomes[index].instance)) {
        row.outcomes[index].status = "Terminated"
        row.outcomes[index].finished = core.now
      }
    }
    for outcome in row.outcomes where outcome.status == "Running" && (ids.isEmpty || ids.contains(outcome.instance)) {
      core.effects.append(.stop(invocation: row.id, host: outcome.instance))
    }
    return [:]
  }

  private func invocation(_ id: String) throws(ServiceError) -> Invocation {
    guard let row = invocations[id], core.isVisible(id) else {
      return try refuse("InvalidInvokeId.NotFound", "The specified InvokeId does not exist.", status: 404)
    }
    return row
  }

  // MARK: Reading

  func describeInvocations(_ call: APICall) throws(ServiceError) -> Value {
    let rows = invocations.all.filter { row in
      core.isVisible(row.id) && asks(call, "RegionId", row.region) && asks(call, "InvokeId", row.id)
        && asks(call, "CommandId", row.command) && asks(call, "CommandName", row.name)
        && asks(call, "CommandType", row.type) && bears(row.tags, call) && asks(call, "RepeatMode", "Once")
        && asks(call, "InvokeStatus", row.status == "Running" ? "Running" : "Finished")
        && (call["InstanceId"].map { id in row.outcomes.contains { $0.instance == id } } ?? true)
    }
    let items = rows.map { invocationItem($0, isPlain: call["ContentEncoding"] == "PlainText", call) }
    return try tokenPage(items, call, name: "Invocations", inner: "Invocation")
  }

  private func invocationItem(_ row: Invocation, isPlain: Bool, _ call: APICall) -> Value {
    let withOutput = call.flag("IncludeOutput") == true
    return [
      "InvokeId": .string(row.id), "CommandId": .string(row.command), "CommandName": .string(row.name),
      "CommandDescription": .string(row.description), "CommandType": .string(row.type),
      "CommandContent": .string(isPlain ? decoded(row.content) : row.content), "CreationTime": stamp(row.created),
      "InvocationStatus": .string(row.status), "InvokeStatus": row.status == "Running" ? "Running" : "Finished",
      "Parameters": .string(row.parameters), "RepeatMode": "Once", "Timeout": .integer(row.timeout), "Timed": false,
      "Username": .string(row.user), "WorkingDir": .string(row.folder), "Tags": Self.tagListECS(row.tags),
      "InvokeInstances": [
        "InvokeInstance": .list(
          row.outcomes.map { outcome in
            [
              "InstanceId": .string(outcome.instance), "InvocationStatus": .string(outcome.status),
              "InstanceInvokeStatus": outcome.status == "Running" ? "Running" : "Finished",
              "ExitCode": .integer(outcome.exitCode), "Dropped": .integer(outcome.dropped),
              "ErrorCode": .string(outcome.errorCode), "ErrorInfo": .string(outcome.errorInfo),
              "Output": .string(withOutput ? text(outcome.output, isPlain: isPlain) : ""), "Repeats": 1,
              "CreationTime": stamp(row.created), "StartTime": stamp(row.created),
              "FinishTime": outcome.finished.map(stamp) ?? "", "UpdateTime": stamp(outcome.finished ?? row.created),
            ]
          })
      ],
    ]
  }

  func describeInvocationResults(_ call: APICall) throws(ServiceError) -> Value {
    let isPlain = call["ContentEncoding"] == "PlainText"
    var items: [Value] = []
    for row in invocations.all
    where core.isVisible(row.id) && asks(call, "RegionId", row.region) && asks(call, "InvokeId", row.id)
      && asks(call, "CommandId", row.command) && bears(row.tags, call)
    {
      for outcome in row.outcomes where asks(call, "InstanceId", outcome.instance) {
        let record = outcome.status == "Running" ? "Running" : "Finished"
        if asks(call, "InvokeRecordStatus", record) { items.append(resultItem(row, outcome, record, isPlain: isPlain)) }
      }
    }
    let inner = try tokenPage(items, call, name: "InvocationResults", inner: "InvocationResult")
    return ["Invocation": inner]
  }

  private func resultItem(
    _ row: Invocation, _ outcome: Invocation.Outcome, _ record: String, isPlain: Bool
  ) -> Value {
    [
      "InvokeId": .string(row.id), "CommandId": .string(row.command), "InstanceId": .string(outcome.instance),
      "InvocationStatus": .string(outcome.status), "InvokeRecordStatus": .string(record),
      "ExitCode": .integer(outcome.exitCode), "Dropped": .integer(outcome.dropped),
      "ErrorCode": .string(outcome.errorCode), "ErrorInfo": .string(outcome.errorInfo),
      "Output": .string(text(outcome.output, isPlain: isPlain)), "Repeats": 1, "StartTime": stamp(row.created),
      "FinishedTime": outcome.finished.map(stamp) ?? "", "Username": .string(row.user),
      "StopTime": outcome.status == "Terminated" ? outcome.finished.map(stamp) ?? "" : "",
      "Tags": Self.tagListECS(row.tags),
    ]
  }

  /// The API answers Base64 unless it is told otherwise.
  private func text(_ bytes: [UInt8], isPlain: Bool) -> String {
    isPlain ? String(decoding: bytes, as: UTF8.self) : Base64.encode(bytes)
  }

  private func decoded(_ text: String) -> String {
    Base64.decode(text).map { String(decoding: $0, as: UTF8.self) } ?? text
  }

  /// The agent answers while the host runs.
  func describeCloudAssistantStatus(_ call: APICall) throws(ServiceError) -> Value {
    let ids = call.parameters.list("InstanceId")
    let rows = instances.all.filter { row in
      core.isVisible(row.id) && asks(call, "RegionId", row.region) && (ids.isEmpty || ids.contains(row.id))
    }
    let items: [Value] = rows.map { row in
      let isRunning = phase(of: row) == .running && core.hosts[row.id] != nil
      return [
        "InstanceId": .string(row.id), "CloudAssistantStatus": isRunning ? "true" : "false",
        "CloudAssistantVersion": isRunning ? "2.2.3.967" : "", "OSType": "Linux",
        "SupportSessionManager": .bool(isRunning),
        "LastHeartbeatTime": isRunning ? stamp(core.now) : "",
        "InvocationCount": .integer(invocations.all.count { $0.outcomes.contains { $0.instance == row.id } }),
        "ActiveTaskCount": .integer(
          invocations.all.count { $0.outcomes.contains { $0.instance == row.id && $0.status == "Running" } }),
      ]
    }
    return try tokenPage(
      items, call, name: "InstanceCloudAssistantStatusSet", inner: "InstanceCloudAssistantStatus")
  }
}
