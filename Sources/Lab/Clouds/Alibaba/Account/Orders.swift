import Basics
import CloudWire

import struct FoundationEssentials.Date

/// Orders, renewal, identity.
extension AlibabaState {
  mutating func addOrder(
    _ id: String, product: String, region: String, instance: String, ends: Date, pending: AlibabaOrder.Purchase?
  ) {
    let isPaid = pending == nil
    orders[id] = AlibabaOrder(
      id: id, product: product, region: region, payment: isPaid ? "Paid" : "Unpaid", created: core.now,
      paid: isPaid ? core.now : nil, instance: instance, ends: ends, pending: pending)
    core.created("order", id, name: instance)
  }

  /// What a person does in the order centre: the thing that was bought comes into being.
  mutating func pay(_ id: String) -> Bool {
    guard let order = orders[id], let purchase = order.pending else { return false }
    switch purchase {
    case .gateway(var gateway):
      gateway.phase = Timeline(.ordered, then: .ready, after: core.pace.seconds(30), at: core.now)
      add(gateway)
    case .package(let package): add(package)
    }
    orders.change(id) { ($0.payment, $0.paid, $0.pending) = ("Paid", core.now, nil) }
    return true
  }

  /// What the end of a term does: the thing is locked, and can be released.
  mutating func expire(_ id: String) -> Bool {
    guard gateways[id] != nil || packages[id] != nil else { return false }
    gateways.change(id) { ($0.isLocked, $0.ends) = (true, core.now) }
    packages.change(id) { ($0.isLocked, $0.ends) = (true, core.now) }
    return true
  }

  func getOrderDetail(_ call: APICall) throws(ServiceError) -> Value {
    let rows = orders.all.filter { $0.id == call["OrderId"] && core.isVisible($0.id) }
    if rows.isEmpty { return failed("InvalidOrder.NotFound", "The specified order does not exist.") }
    return succeeded([
      "HostName": "business.aliyuncs.com", "OrderList": ["Order": .list(rows.map(orderDetail))], "PageNum": 1,
      "PageSize": 20, "TotalCount": .integer(rows.count),
    ])
  }

  func queryOrders(_ call: APICall) throws(ServiceError) -> Value {
    let start = call["CreateTimeStart"].flatMap { Timestamp.parse($0) } ?? core.now.addingTimeInterval(-3600)
    let end = call["CreateTimeEnd"].flatMap { Timestamp.parse($0) } ?? core.now
    let rows = orders.all.filter { order in
      core.isVisible(order.id) && order.created >= start && order.created <= end.addingTimeInterval(1)
        && asks(call, "PaymentStatus", order.payment) && asks(call, "ProductCode", order.product)
        && asks(call, "SubscriptionType", "Subscription") && asks(call, "OrderType", "New")
    }
    let size = call.number("PageSize") ?? 20
    let number = call.number("PageNum") ?? 1
    let page = rows.dropFirst((number - 1) * size).prefix(size).map { Value.object(orderItem($0)) }
    return succeeded([
      "HostName": "business.aliyuncs.com", "OrderList": ["Order": .list(page)], "PageNum": .integer(number),
      "PageSize": .integer(size), "TotalCount": .integer(rows.count),
    ])
  }

  /// The lab takes no money: every amount is 0.
  private func orderItem(_ order: AlibabaOrder) -> [String: Value] {
    [
      "OrderId": .string(order.id), "ProductCode": .string(order.product), "PaymentStatus": .string(order.payment),
      "OrderType": "New", "SubscriptionType": "Subscription", "CreateTime": stamp(order.created),
      "PaymentTime": order.paid.map(stamp) ?? "", "Currency": "CNY", "PaymentCurrency": "CNY", "PretaxAmount": "0.00",
      "PretaxGrossAmount": "0.00", "PretaxAmountLocal": "0.00", "AfterTaxAmount": "0.00", "Tax": "0.00",
    ]
  }

  private func orderDetail(_ order: AlibabaOrder) -> Value {
    var item = orderItem(order)
    item["InstanceIDs"] = .string(order.payment == "Paid" ? "[\"\(order.instance)\"]" : "")
    item["Region"] = .string(order.region)
    item["Quantity"] = "1"
    item["UsageStartTime"] = stamp(order.created)
    item["UsageEndTime"] = stamp(order.ends)
    return .object(item)
  }

  mutating func cancelOrder(_ call: APICall) throws(ServiceError) -> Value {
    guard let order = orders[call["OrderId"] ?? ""], order.payment == "Unpaid" else {
      return failed("InvalidOrder.CannotCancel", "The order cannot be cancelled.")
    }
    orders.change(order.id) { ($0.payment, $0.pending) = ("Cancelled", nil) }
    core.deleted(order.id)
    return succeeded(["HostId": "business.aliyuncs.com"])
  }

  // MARK: Renewal

  mutating func setRenewal(_ call: APICall) throws(ServiceError) -> Value {
    let ids = (call["InstanceIDs"] ?? "").split(separator: ",").map(String.init)
    let status = call["RenewalStatus"] ?? ""
    guard ["AutoRenewal", "ManualRenewal", "NotRenewal"].contains(status) else {
      return failed("InvalidParameter", "The specified RenewalStatus is not valid.")
    }
    let found = ids.compactMap { id in orders.all.last { $0.instance == id && $0.payment == "Paid" } }
    guard found.count == ids.count, found.allSatisfy({ $0.product == call["ProductCode"] }) else {
      return failed("InvalidParameter", "The specified instances do not exist.")
    }
    let unit = call["RenewalPeriodUnit"] == "Y" ? 12 : 1
    if status == "AutoRenewal", call.number("RenewalPeriod") == nil {
      return failed("MissingParameter", "RenewalPeriod is mandatory for AutoRenewal.")
    }
    for order in found {
      orders.change(order.id) {
        ($0.renewal, $0.renewalMonths) = (status, (call.number("RenewalPeriod") ?? 0) * unit)
      }
    }
    return ["Code": "Success", "Message": "Successful!", "Success": true]
  }

  func queryAvailableInstances(_ call: APICall) throws(ServiceError) -> Value {
    let ids = call["InstanceIDs"].map { $0.split(separator: ",").map(String.init) } ?? []
    let rows = orders.all.filter { order in
      core.isVisible(order.id) && order.payment == "Paid" && (ids.isEmpty || ids.contains(order.instance))
        && asks(call, "ProductCode", order.product) && asks(call, "Region", order.region)
        && asks(call, "RenewStatus", order.renewal) && asks(call, "SubscriptionType", "Subscription")
        && (gateways[order.instance] != nil || packages[order.instance] != nil)
    }
    let items: [Value] = rows.map { order in
      [
        "InstanceID": .string(order.instance), "ProductCode": .string(order.product), "Region": .string(order.region),
        "CreateTime": stamp(order.created), "EndTime": stamp(order.ends), "RenewStatus": .string(order.renewal),
        "RenewalDuration": .integer(order.renewalMonths), "RenewalDurationUnit": order.renewalMonths == 0 ? "" : "M",
        "Status": "Normal", "SubscriptionType": "Subscription", "OwnerId": owner,
      ]
    }
    return succeeded([
      "InstanceList": .list(items), "PageNum": .integer(call.number("PageNum") ?? 1),
      "PageSize": .integer(call.number("PageSize") ?? 20), "TotalCount": .integer(items.count),
    ])
  }

  private func succeeded(_ data: Value) -> Value {
    ["Code": "Success", "Message": "Successful!", "Success": true, "Data": data]
  }

  /// BSS reports failures with HTTP 200 and `Success` false.
  private func failed(_ code: String, _ message: String) -> Value {
    ["Code": .string(code), "Message": .string(message), "Success": false]
  }

  func callerIdentity() -> Value {
    let user = "2\(core.accountID.dropFirst())9"
    return [
      "AccountId": .string(core.accountID), "Arn": .string("acs:ram::\(core.accountID):user/lab"),
      "IdentityType": "RAMUser", "PrincipalId": .string(user), "UserId": .string(user),
    ]
  }
}
