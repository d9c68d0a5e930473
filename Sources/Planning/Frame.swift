internal import Basics
internal import Expressions
internal import WorkflowModel

/// One instance of a workflow inside a plan: the workflow itself, or an include of it.
struct Frame: Sendable {
  let workflow: CheckedWorkflow
  /// The address of the include; `nil` for the workflow itself.
  let address: StepAddress?
  /// Where the include's own templates are evaluated; `nil` for the workflow itself.
  let outside: Context?
  /// The include's step in the workflow around it.
  let step: CheckedStep?
  let policies: Policies
  /// The include's own `when`.
  var condition = Condition.always
  var inputs: [FrameInput] = []
  /// The root `inputs` when every input is known.
  var knownInputs: Value?
  /// What each step was expanded to, by its number; filled in the order of the file.
  var groups: [Group] = []

  /// The address of a step of this workflow.
  func address(of id: String) -> StepAddress { address?.inside(id) ?? StepAddress(id) }
}

/// Where an expression is evaluated: which workflow instance, and which item of a `for_each`.
struct Context: Sendable {
  let frame: Int
  let each: Each?
}

/// One item of a `for_each`.
final class Each: Sendable {
  let key: String
  /// The root `each`.
  let root: Value
  /// What is known of the root `each` whatever the item, for secrets.
  let kind: StaticValue

  init(key: String, value: Value, kind: StaticValue) {
    self.key = key
    self.kind = kind
    root = ["key": .string(key), "value": value]
  }
}

/// The value of an input of a workflow instance.
enum FrameInput: Sendable {
  case known(Value, sensitive: Bool)
  /// Fed by steps of the workflow around it: evaluated when they have ended.
  case unknown(CheckedArgument)

  var known: Value? { if case .known(let value, _) = self { value } else { nil } }
}

/// A `when` as far as it is known.
enum Condition: Sendable {
  case always
  case never
  case unknown(CheckedTemplate)
}

/// What an include hands down to the steps inside; a step's own word wins.
struct Policies: Sendable {
  struct Account: Sendable {
    var name: String
    var provider: String
  }

  var approve: Bool?
  var account: Account?
  var undo: Step.UndoChoice?
  var continuesOnFailure = false

  func adding(_ step: Step, account own: Account?) -> Policies {
    Policies(
      approve: step.approve ?? approve, account: own ?? account, undo: step.undo ?? undo,
      continuesOnFailure: continuesOnFailure || step.continuesOnFailure)
  }
}

/// What one step of a workflow instance was expanded to.
struct Group: Sendable {
  enum Shape: Sendable { case single, list, map }
  enum Member: Sendable {
    /// The number of a drafted step.
    case step(Int)
    /// The number of a workflow instance.
    case include(Int)
  }

  var shape: Shape
  var members: [Member]
  var keys: [String]
  var numberOfKey: [String: Int]
  /// The drafted steps inside: they are drafted one after the other.
  var range: Range<Int>
}

/// A step that was expanded, before the order of the plan is known.
struct DraftStep: Sendable {
  let context: Context
  /// The step's number in its workflow.
  let number: Int
  let address: StepAddress
  let group: StepAddress
  let policies: Policies
}

/// What stays constant while a plan is being followed: workflow instances and where each step belongs.
final class PlanStructure: Sendable {
  let frames: [Frame]
  let drafts: [DraftStep]
  /// Position in the plan -> number of the drafted step.
  let draftAtPosition: [Int]
  let positionOfAddress: [StepAddress: Int]

  init(frames: [Frame], drafts: [DraftStep], draftAtPosition: [Int]) {
    self.frames = frames
    self.drafts = drafts
    self.draftAtPosition = draftAtPosition
    positionOfAddress = Self.positions(draftAtPosition.lazy.map { drafts[$0].address })
  }

  /// For a plan made by hand: where its steps are, and nothing to evaluate.
  init(_ addresses: [StepAddress]) {
    frames = []
    drafts = []
    draftAtPosition = []
    positionOfAddress = Self.positions(addresses)
  }

  private static func positions(_ addresses: some Collection<StepAddress>) -> [StepAddress: Int] {
    var positions: [StepAddress: Int] = [:]
    positions.reserveCapacity(addresses.count)
    for (position, address) in addresses.enumerated() { positions[address] = position }
    return positions
  }
}
