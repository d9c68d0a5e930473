import Basics
import CloudWire
import Expressions
import ProviderModel
import RunEngine

extension Lifecycle {
  /// How one announced change ended when it was not answered.
  enum ChangeEnd: Error {
    /// Definitely refused because the thing is there already.
    case alreadyExists(StepFailure)
    /// The same, but an earlier try of this very request may have made it.
    case perhapsOurs(StepFailure)
    case failed(StepFailure)
  }

  /// Announces a change, sends it, and reports its answer or its refusal.
  ///
  /// While the other side is busy with something else (class `not-yet`) the same request is repeated: it was refused
  /// for certain. So it is, for seconds, when it names a thing that is not known yet (class `not-found`): the service
  /// may be behind with what an earlier step made. A change that may have happened ends with class `doubt`, its intent
  /// left open.
  ///
  /// - Parameters:
  ///   - ordinal: The call's place in the action's list; updates count on after the creates.
  ///   - object: What is known of the thing by now.
  func change(
    _ call: Call, _ request: CallRequest, ordinal: Int, _ object: Value, before: Value, _ checkpoint: any Checkpoint
  ) async throws(ChangeEnd) -> Value {
    let intent = Intent(call: call.name, ordinal: ordinal, digest: request.digest, before: before)
    do throws(StepFailure) { try await checkpoint.intent(intent) } catch { throw .failed(error) }
    let isRepeatable = action.doubt.by == .token && ordinal < action.create.count && call.carriesToken
    do throws(Caller.ChangeFailure) {
      return try await sendWhileBusy(request, object, isRepeatable: isRepeatable, checkpoint)
    } catch {
      throw await settle(error, request, ordinal: ordinal, checkpoint)
    }
  }

  private func sendWhileBusy(
    _ request: CallRequest, _ object: Value, isRepeatable: Bool, _ checkpoint: any Checkpoint
  ) async throws(Caller.ChangeFailure) -> Value {
    let limit = min(action.wait?.timeout ?? Self.usualWait, Self.longestBusy)
    let start = time.elapsed
    var schedule = WaitSchedule()
    var isUncertain = false
    while true {
      let began = time.elapsed - start
      do throws(Caller.ChangeFailure) {
        return try await caller.change(request, isRepeatable: isRepeatable, earlierUncertain: isUncertain)
      } catch {
        let mayAppear = error.problem.isRefusal(.notFound) && began < Self.waitForFresh
        guard began < limit else { throw error }
        if !mayAppear { guard await isHeldUp(error.problem, object) else { throw error } }
        isUncertain = error.isUncertain
        checkpoint.progress(
          StepProgress(.cloudRepeating, ["call": request.name, "code": error.problem.refusal?.code ?? ""]))
        let pause = max(schedule.gap(at: began), error.problem.refusal?.retryAfter ?? .zero)
        do throws(StepFailure) { try await sleep(pause) } catch let interruption {
          throw Caller.ChangeFailure(problem: .failed(interruption), isUncertain: isUncertain)
        }
      }
    }
  }

  /// Whether a refusal comes from something that is still being changed: the same request is good a little later.
  ///
  /// Where the other side has one code for a missing right and for a bad moment, the action's `busy` tells them apart.
  func isHeldUp(_ problem: CallProblem, _ object: Value) async -> Bool {
    if problem.isRefusal(.notYet) { return true }
    guard let busy = action.busy, problem.isRefusal(.denied) || problem.isRefusal(.conflict),
      (try? lacksID(busy.calls, scope(object, before: record.before))) == false
    else { return false }
    let found = try? await look(busy, from: object, before: record.before)
    return found.flatMap { $0 } != nil
  }

  /// Reports a definite refusal; leaves a doubt open.
  private func settle(
    _ end: Caller.ChangeFailure, _ request: CallRequest, ordinal: Int, _ checkpoint: any Checkpoint
  ) async -> ChangeEnd {
    let failure = end.problem.failure(of: request)
    if end.isUncertain {
      return end.problem.isRefusal(.alreadyExists)
        ? .perhapsOurs(failure) : .failed(end.problem.doubt(of: request))
    }
    do throws(StepFailure) { try await checkpoint.refused(ordinal: ordinal, failure: failure) } catch {
      return .failed(error)
    }
    return end.problem.isRefusal(.alreadyExists) ? .alreadyExists(failure) : .failed(failure)
  }
}

extension Call {
  /// Whether the call's own parameters hold the token: only then is the same call a second time harmless.
  var carriesToken: Bool { parameters.references.contains { $0.root == "token" } }
}
