import Basics
import Foundation
import JSONText
import Testing

/// Every wrong use gets one clear error, the right exit status, and leaves nothing behind.
@Suite(.serialized) struct BadInputTests {
  private func inputs(_ tool: Tool, _ changes: [String: Value] = [:]) throws -> String {
    let values: [String: Value] = [
      "aws_region": "ap-southeast-1", "aws_vpc": "vpc-1", "aws_subnet": "subnet-1", "aws_cidr": "10.10.0.0/24",
      "aws_route_tables": ["rtb-1"], "aws_security_group": "sg-1", "aws_target": "10.10.0.252",
      "ssh_from": "203.0.113.7/32", "vpc": "vpc-bp1", "vpc_cidr": "172.16.0.0/16",
      "vswitches": [["zone": "cn-hangzhou-h", "vswitch": "vsw-1"]], "ecs_instance": "i-bp1", "existing_sag": "sag-1",
    ]
    let file = tool.state.appending(path: "inputs-\(UUID().uuidString).yaml")
    try Data(JSON.text(.object(values.merging(changes) { $1 })).utf8).write(to: file)
    return file.path
  }

  @Test("a workflow that does not exist is refused with those that do")
  func unknownWorkflow() async throws {
    try await Tool.with { tool in
      let outcome = try await tool.run(["plan", "sag-awz"])
      #expect(outcome.status == 2)
      #expect(outcome.errors.contains("sag-awz") && outcome.errors.contains("sag-aws"))
    }
  }

  @Test("all missing inputs are named at once, with file, line and column")
  func missingInputs() async throws {
    try await Tool.with { tool in
      let outcome = try await tool.run(["plan", "sag-aws"])
      #expect(outcome.status == 2)
      for name in ["aws_region", "aws_vpc", "vpc_cidr", "ecs_instance"] { #expect(outcome.errors.contains(name)) }
      #expect(outcome.errors.contains("workflows/sag-aws.yaml:"))
    }
  }

  @Test(
    "an input with a slip gets the name that was meant; a wrong CIDR its canonical form; overlap is refused by the check"
  )
  func wrongInputs() async throws {
    try await Tool.with { tool in
      let slip = try await tool.run(["plan", "sag-aws", "-f", inputs(tool), "-i", "aws_regoin=x"])
      #expect(slip.status == 2 && slip.errors.contains("aws_region"))
      let cidr = try await tool.run(["plan", "sag-aws", "-f", inputs(tool, ["aws_cidr": "10.10.0.5/24"])])
      #expect(cidr.status == 2 && cidr.errors.contains("10.10.0.0/24"))
      let overlap = try await tool.run(["plan", "sag-aws", "-f", inputs(tool, ["vpc_cidr": "10.10.0.0/16"])])
      #expect(overlap.status == 2 && overlap.errors.contains("overlap"))
    }
  }

  @Test("without credentials a run stops before anything is touched, and says where it looked")
  func noCredentials() async throws {
    try await Tool.with { tool in
      let outcome = try await tool.run(["run", "sag-aws", "--auto-approve", "-f", inputs(tool)])
      #expect(outcome.status == 4, "\(outcome.output)")
      #expect((outcome.output + outcome.errors).contains("AWS_ACCESS_KEY_ID"))
    }
  }

  @Test("without a terminal and without --auto-approve a purchase is refused with 4, and nothing is touched")
  func notApproved() async throws {
    try await Tool.with { tool in
      let keys = [
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secretsecretsecret",
        "ALIBABA_CLOUD_ACCESS_KEY_ID": "LTAI", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "secretsecretsecret",
        "CAUSEWAY_ENDPOINT_AWS": "http://127.0.0.1:9", "CAUSEWAY_ENDPOINT_ALIBABA": "http://127.0.0.1:9",
      ]
      let outcome = try await tool.run(["run", "sag-aws", "-f", inputs(tool)], environment: keys)
      #expect(outcome.status == 4, "\(outcome.output) \(outcome.errors)")
    }
  }

  @Test("an endpoint that does not answer fails the step with the endpoint's name, and the run can be resumed")
  func unreachable() async throws {
    try await Tool.with { tool in
      let keys = [
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secretsecretsecret",
        "ALIBABA_CLOUD_ACCESS_KEY_ID": "LTAI", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "secretsecretsecret",
        "CAUSEWAY_ENDPOINT_AWS": "http://127.0.0.1:9", "CAUSEWAY_ENDPOINT_ALIBABA": "http://127.0.0.1:9",
      ]
      let outcome = try await tool.run(
        ["run", "sag-aws", "--auto-approve", "--name", "u", "--until", "aws/account", "-f", inputs(tool)],
        environment: keys)
      #expect(outcome.status == 1, "\(outcome.output) \(outcome.errors)")
      #expect(outcome.output.contains("127.0.0.1:9"))
      #expect(outcome.output.contains("causeway resume"))
    }
  }

  @Test("a journal that is damaged or foreign is refused with 2 and left as it is")
  func badJournal() async throws {
    try await Tool.with { tool in
      let file = tool.state.appending(path: "journal.db")
      let bytes = Data("this is no journal".utf8)
      try bytes.write(to: file)
      let outcome = try await tool.run(["runs"])
      #expect(outcome.status == 2, "\(outcome.errors)")
      #expect(try Data(contentsOf: file) == bytes)
    }
  }

  @Test(
    "wrong use of the command line ends with 2",
    arguments: [
      ["nonsense"], ["run"], ["resume", "no-such-run"], ["plan", "sag-aws", "--bogus"],
      ["lab", "up", "--fixture", "nope"],
    ])
  func wrongUse(arguments: [String]) async throws {
    try await Tool.with { tool in
      let outcome = try await tool.run(arguments)
      #expect(outcome.status == 2, "\(outcome.output) \(outcome.errors)")
      #expect(!outcome.errors.isEmpty)
    }
  }

  @Test("a broken workflow file is refused with every error at once, each with its place")
  func brokenWorkflow() async throws {
    try await Tool.with { tool in
      let file = tool.state.appending(path: "broken.yaml")
      let text = "name: broken\nsteps:\n  a: {uses: aws/ec2.vpcs}\n  b: {uses: flow/noop, needs: [c]}\n"
      try Data(text.utf8).write(to: file)
      let outcome = try await tool.run(["validate", file.path])
      #expect(outcome.status == 2)
      #expect(outcome.errors.contains("broken.yaml:3:"))
      #expect(outcome.errors.contains("aws/ec2.vpc"))
      #expect(outcome.errors.contains("broken.yaml:4:"))
    }
  }
}
