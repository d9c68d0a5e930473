import Basics
import WorkflowModel

enum Samples {
  /// What is wrong with a document, one `code line:column suggestion` each; `shift` lines before the text are not counted.
  static func findings(_ text: String, file: String = "w.yaml", shift: Int = 0) -> String {
    diagnostics(text, file: file).map { summary($0, shift) }.joined(separator: "; ")
  }

  static func diagnostics(_ text: String, file: String = "w.yaml") -> [Diagnostic] {
    do throws(Diagnostics) { return try Workflow.read(text: text, file: file).warnings.all } catch { return error.all }
  }

  private static func summary(_ finding: Diagnostic, _ shift: Int) -> String {
    let place = finding.location.map { " \($0.line - shift):\($0.column)" } ?? ""
    return finding.code.rawValue + place + (finding.arguments["suggestion"].map { " \($0)" } ?? "")
  }

  static let complete = """
    name: sag-aws
    title: {en: Connect, zh: 互通}
    tutorial: SAG vCPE handbook 20220523, section 4.1
    accounts: {partner: {provider: aws}}
    defaults: {aws: {region: "${{ inputs.aws_region }}"}}
    inputs:
      aws_region: {type: string, example: ap-southeast-1}
      aws_cidr: {type: cidr}
      interconnect: {type: boolean, default: true}
      sites: {type: list, items: {type: object, fields: {name: {type: string}, vxnet: {type: string}}}}
      password: {type: string, sensitive: true, required: false}
    checks:
      - {that: "disjoint(inputs.aws_cidr, '10.0.0.0/8')", message: {en: They overlap., zh: 重叠。}}
    steps:
      sag:
        uses: alibaba/smartag.vcpe
        title: {en: Create the instance, zh: 创建实例}
        with: {region: "${{ inputs.aws_region }}"}
        approve: true
        undo: keep
        adopt: ask
      host:
        uses: aws/ec2.instance
        account: partner
        # A comment.
        with: {name: "cw-${{ run.id }}"}
      deploy:
        uses: ssh/script
        with:
          host: ${{ steps.host.public_ip }}
          args: ["-n", "${{ steps.sag.serial }}"]
        retry: {attempts: 3, backoff: exponential, initial: 5s, max: 30s}
        timeout: 15m
        on_failure: continue
      cross_region:
        uses: alibaba/cbn.cross-region-connection
        when: inputs.interconnect
      spokes:
        uses: qingcloud/nic
        for_each: inputs.sites
        with: {vxnet: "${{ each.value.vxnet }}"}
      site:
        uses: workflow/one-site
        with: {cidr: "${{ inputs.aws_cidr }}"}
      ticket:
        uses: manual/step
        with: {text: {en: Open a ticket, zh: 提交工单}, outputs: {number: {type: string}}}
      verify:
        uses: probe/ping
        needs: [deploy, spokes]
        with: {from: local, to: "${{ steps.host.private_ip }}"}
    outputs:
      rtt_ms: ${{ steps.verify.rtt_avg_ms }}
    console: {ticket: lab/ticket}
    """
}
