package import Basics
package import RunEngine

/// One event as one JSON object: its encoding in the journal with secrets masked.
package enum EventJSON {
  package static func value(_ event: RunEvent, masker: Masker) -> Value {
    var members = event.value.object ?? [:]
    for part in event.sensitive {
      if let name = part.name {
        var inner = members[part.member]?.object ?? [:]
        if inner[name] != nil { inner[name] = .string(Masker.mask) }
        members[part.member] = .object(inner)
      } else if members[part.member] != nil {
        members[part.member] = .string(Masker.mask)
      }
    }
    return masker.mask(.object(members))
  }
}
