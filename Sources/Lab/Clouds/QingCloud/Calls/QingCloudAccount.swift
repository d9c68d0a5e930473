import Basics

/// What is there without being made: zones, images.
extension QingCloudState {
  func describeZones(_ call: APICall) -> Value {
    let states = call.choices("status")
    let rows: [Value] = QingCloudCatalogue.zones.filter { _ in states.isEmpty || states.contains("active") }.map {
      ["zone_id": .string($0), "status": "active", "region_id": .string($0.hasPrefix("pek3") ? "pek3" : $0)]
    }
    return ["zone_set": .list(rows), "total_count": .integer(rows.count)]
  }

  func describeImages(_ call: APICall) throws(ServiceError) -> Value {
    let ids = call.parameters.list("images")
    for id in ids where !images.contains(where: { $0.id == id }) { throw QingCloudError.notFound(id) }
    let states = call.choices("status")
    let word = call["search_word"]?.lowercased() ?? ""
    let rows = images.filter { image in
      (ids.isEmpty || ids.contains(image.id)) && call["os_family"] ?? image.family == image.family
        && call["processor_type"] ?? "64bit" == "64bit" && call["provider"] ?? "system" == "system"
        && call["visibility"] ?? "public" == "public" && (states.isEmpty || states.contains("available"))
        && (word.isEmpty || image.id == word || image.name.lowercased().contains(word))
        && call.parameters.list("tags").isEmpty
    }
    return try page(call, "image_set", rows.map(row))
  }

  private func row(_ image: Image) -> Value {
    [
      "image_id": .string(image.id), "image_name": .string(image.name), "os_family": .string(image.family),
      "processor_type": "64bit", "provider": "system", "status": "available", "transition_status": "",
      "platform": "linux", "visibility": "public", "size": 20,
    ]
  }
}
