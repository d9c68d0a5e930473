import Basics

import struct FoundationEssentials.Date

extension AlibabaState {
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
