package import Basics

import struct FoundationEssentials.Date

/// How long a run worked, and which steps made it so long.
package struct RunTiming: Hashable, Sendable {
  package struct Part: Hashable, Sendable {
    package var address: StepAddress
    package var duration: Duration
  }

  /// How long its sessions of `run` and `resume` took, from their first event to their last; those that were cut off are not counted.
  package var elapsed: Duration
  /// All steps one after another.
  package var sum: Duration
  /// The steps of the longest path, in order: no run of this plan is shorter than they are together.
  package var path: [Part]

  package var longestPath: Duration { path.reduce(.zero) { $0 + $1.duration } }
}

extension RunMachine {
  /// What took how long, by each step's last attempt.
  package func timing() -> RunTiming {
    let durations = slots.prefix(graph.steps.count).map { $0.duration ?? .zero }
    var ends = durations
    var before = [Int?](repeating: nil, count: durations.count)
    for (position, step) in graph.steps.enumerated() {
      before[position] = step.dependencies.max { ends[$0] < ends[$1] }
      if let last = before[position] { ends[position] += ends[last] }
    }
    var path: [RunTiming.Part] = []
    var next = ends.indices.max { ends[$0] < ends[$1] }
    while let position = next {
      path.append(RunTiming.Part(address: slots[position].address, duration: durations[position]))
      next = before[position]
    }
    return RunTiming(elapsed: workedFor, sum: durations.reduce(.zero, +), path: path.reversed())
  }
}

extension StepSlot {
  /// Of the last attempt.
  var duration: Duration? {
    guard let startedAt, let endedAt, endedAt >= startedAt else { return nil }
    return .milliseconds(Int(endedAt.timeIntervalSince(startedAt) * 1000))
  }
}
