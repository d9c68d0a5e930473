/// The declared calls of every product, told apart by `Version`.
enum AlibabaContract {
  struct Product: Sendable {
    /// As in `providers/alibaba`: `smartag`.
    var name: String
    /// As the vendor's error messages write it: `Smartag`.
    var title: String
    var operations: [String: OperationContract]
  }

  static let products: [String: Product] = [
    "2018-03-13": Product(name: "smartag", title: "Smartag", operations: smartag),
    "2017-09-12": Product(name: "cbn", title: "Cbn", operations: cbn),
    "2014-05-26": Product(name: "ecs", title: "Ecs", operations: ecs),
    "2016-04-28": Product(name: "vpc", title: "Vpc", operations: vpc),
    "2017-11-10": Product(name: "ens", title: "Ens", operations: ens),
    "2015-04-01": Product(name: "sts", title: "Sts", operations: sts),
    "2017-12-14": Product(name: "bss", title: "BssOpenApi", operations: bss),
  ]

  static func operation(_ product: String, _ action: String) -> OperationContract? {
    products.values.first { $0.name == product }?.operations[action]
  }
}
