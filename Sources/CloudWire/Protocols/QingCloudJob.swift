package import Basics
package import ProviderModel

/// A job of QingCloud, which an asynchronous action's `job_id` names: asked for with `DescribeJobs` until it has ended.
///
/// A job that is not listed yet is asked for again; one that stays unlisted was forgotten by the service, and the
/// resource itself has to tell what it came to. Source: qingcloud-sdk-python `wait_job`, API page "DescribeJobs".
package struct QingCloudJob: OngoingOperation {
  /// So many answers without the job mean that the service knows it no longer: about half a minute of looks.
  static let mostEmptyAnswers = 40

  package private(set) var step: OperationStep
  private let id: String
  private let question: WireCall
  private let errors: [ErrorTable]
  private var emptyAnswers = 0

  /// The job that `answer` began; `nil` for an action that ends with its answer.
  package init?(of call: WireCall, answered answer: Value, errors: [ErrorTable] = []) {
    guard let id = answer["job_id"].string, !id.isEmpty else { return nil }
    self.id = id
    self.errors = errors
    var question = call
    question.operation = "DescribeJobs"
    question.parameters = .object(["jobs": [.string(id)], "zone": call.parameters["zone"]].filter { !$0.value.isNull })
    self.question = question
    step = .ask(question, after: nil)
  }

  package var record: Value { ["job_id": .string(id)] }

  package mutating func take(_ answer: Value) {
    guard let job = answer["job_set"].list?.first(where: { $0["job_id"].string == id }) else {
      emptyAnswers += 1
      step = emptyAnswers < Self.mostEmptyAnswers ? .ask(question, after: nil) : .done(.null)
      return
    }
    switch job["status"].string {
    case "pending", "working": step = .ask(question, after: nil)
    case "successful": step = .done(.null)
    default: step = .failed(failure(of: job))
    }
  }

  package mutating func take(refusal error: ProviderError) -> Bool { false }

  package func isEnd(_ refusal: ProviderError) -> Bool { false }

  /// `failed`, `done with failure`, or whatever else is no way to success; the first of `error_codes` gives the class.
  private func failure(of job: Value) -> ProviderError {
    let codes = job["error_codes"].scalarText ?? ""
    let code = codes.split { !$0.isNumber }.first.map(String.init) ?? job["status"].scalarText ?? ""
    return ProviderError(
      kind: AnswerReading.classify(code: code, status: 200, tables: errors), code: code,
      message: "\(job["job_action"].string ?? "job") \(id): \(job["status"].string ?? "") \(codes)", status: 200)
  }
}
