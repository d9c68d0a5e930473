import Basics
import Expressions
import ProviderModel
import RunEngine

extension Lifecycle {
  /// Waits until the change is done, and gives the object as last read.
  ///
  /// Not being there yet, class `not-yet` and passing faults of the other side go on waiting: a list lags behind, and a
  /// wait of half an hour outlives an outage of minutes.
  ///
  /// - Parameter confirming: Inputs must have no difference either (after an update).
  func wait(
    _ object: Value, before: Value = .null, confirming: Bool = false, _ checkpoint: any Checkpoint
  ) async throws(StepFailure) -> Value {
    let own = action.wait?.call.map { Sight(lookUp: $0, isByID: true) }
    let usual = try sight(of: object)
    guard let sight = own ?? usual else { return object }
    let limit = action.wait?.timeout ?? action.doubt.patience
    let start = time.elapsed
    var schedule = WaitSchedule()
    var state = WaitState(object: object)
    while true {
      let began = time.elapsed - start
      state.look = try await oneLook(sight, state.object, before: before)
      if case .found(let found) = state.look {
        state.object = found
        if try isOver(found, before: before, confirming: confirming, &state) { return found }
      }
      guard began < limit else { throw timedOut(state, after: limit) }
      checkpoint.progress(
        StepProgress(
          .cloudWaiting, ["action": action.fullName, "elapsed": Duration.seconds(began.components.seconds).text]))
      let next = min(began + schedule.gap(at: began), limit)
      try await sleep(next - (time.elapsed - start))
    }
  }

  private struct WaitState {
    enum Look {
      case notLooked, absent
      case found(Value)
      case fault(StepFailure)
    }
    var object: Value
    var look = Look.notLooked
    /// Why the object is not as it should be yet.
    var different: [String] = []
    var error: StepFailure?
  }

  private func oneLook(_ sight: Sight, _ object: Value, before: Value) async throws(StepFailure) -> WaitState.Look {
    do throws(StepFailure) {
      guard let found = try await look(sight, from: object, before: before) else { return .absent }
      return .found(found)
    } catch {
      switch error.kind {
      case .notYet, .notFound, .transient, .throttled: return .fault(error)
      default: throw error
      }
    }
  }

  /// An expression that cannot be evaluated yet counts as false: a member that it needs has not come; the time-out
  /// tells of it.
  private func isOver(
    _ found: Value, before: Value, confirming: Bool, _ state: inout WaitState
  ) throws(StepFailure) -> Bool {
    let scope = scope(found, before: before)
    state.error = nil
    if let failed = action.wait?.failed, (try? isTrue(failed, scope)) == true {
      throw StepFailure(.unknown, .cloudWaitFailed, ["action": action.fullName, "condition": source(failed)])
    }
    if let until = action.wait?.until {
      do throws(StepFailure) { guard try isTrue(until, scope) else { return false } } catch {
        state.error = error
        return false
      }
    }
    state.different = confirming ? try differences(found, before: before) : []
    return state.different.isEmpty
  }

  private func timedOut(_ state: WaitState, after limit: Duration) -> StepFailure {
    if !state.different.isEmpty {
      return StepFailure(
        .timeout, .cloudUpdateNotSeen,
        ["action": action.fullName, "inputs": state.different.joined(separator: ", "), "after": limit.text])
    }
    var failure = StepFailure(
      .timeout, .cloudWaitTimeout,
      ["action": action.fullName, "after": limit.text, "condition": action.wait.map { source($0.until) } ?? "read"])
    if case .fault(let last) = state.look {
      failure.vendorCode = last.vendorCode
      failure.vendorMessage = last.vendorMessage
      failure.requestID = last.requestID
      failure.call = last.call
    }
    return failure
  }

  func source(_ condition: Template) -> String { condition.expressions.first?.source ?? "" }
}
