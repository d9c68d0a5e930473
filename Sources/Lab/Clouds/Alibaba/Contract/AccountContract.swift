extension AlibabaContract {
  /// STS 2015-04-01: what the calls that the lab answers take and give, after the vendor's own models.
  ///
  /// Parameters that the lab does not understand are left out, so that they are refused.
  static let sts = OperationContract.table(
    """
    GetCallerIdentity
      gives {AccountId: s, Arn: s, IdentityType: s, PrincipalId: s, RequestId: s, RoleId: s, UserId: s}
    """)
}

extension AlibabaContract {
  /// BssOpenApi 2017-12-14: what the calls that the lab answers take and give, after the vendor's own models.
  ///
  /// Parameters that the lab does not understand are left out, so that they are refused.
  static let bss = OperationContract.table(
    """
    QueryAvailableInstances
      takes CreateTimeEnd CreateTimeStart EndTimeEnd EndTimeStart InstanceIDs PageNum:int PageSize:int ProductCode
        ProductType Region RenewStatus SubscriptionType
      gives {Code: s, Data: {InstanceList: [{CreateTime: s, EndTime: s, ExpectedReleaseTime: s, InstanceID: s, OwnerId:
        i, ProductCode: s, ProductType: s, Region: s, ReleaseTime: s, RenewStatus: s, RenewalDuration: i,
        RenewalDurationUnit: s, Seller: s, SellerId: i, Status: s, StopTime: s, SubStatus: s, SubscriptionType: s}],
        PageNum: i, PageSize: i, TotalCount: i}, Message: s, RequestId: s, Success: b}
    SetRenewal
      takes InstanceIDs! ProductCode! ProductType RenewalPeriod:int RenewalPeriodUnit RenewalStatus! SubscriptionType
      gives {Code: s, Message: s, RequestId: s, Success: b}
    QueryOrders
      takes CreateTimeEnd CreateTimeStart OrderType PageNum:int PageSize:int PaymentStatus ProductCode ProductType
        SubscriptionType
      gives {Code: s, Data: {HostName: s, OrderList: {Order: [{AfterTaxAmount: s, CommodityCode: s, CreateTime: s,
        Currency: s, OrderId: s, OrderType: s, PaymentCurrency: s, PaymentStatus: s, PaymentTime: s, PretaxAmount:
        s, PretaxAmountLocal: s, PretaxGrossAmount: s, ProductCode: s, ProductType: s, RelatedOrderId: s,
        SubscriptionType: s, Tax: s}]}, PageNum: i, PageSize: i, TotalCount: i}, Message: s, RequestId: s, Success:
        b}
    GetOrderDetail
      takes OrderId!
      gives {Code: s, Data: {HostName: s, OrderList: {Order: [{AfterTaxAmount: s, BillModuleConfig: {billModuleConfig:
        [{ApiCode: s, BillModuleProperties: {billModuleProperties: [{AttrApiCode: s, ModuleApiCode: s, Value: s}]},
        Code: s, Name: s}]}, CommodityCode: s, Config: s, CreateTime: s, Currency: s, ExtendInfos: *, InstanceIDs:
        s, Operator: s, OrderId: s, OrderSubType: s, OrderType: s, OriginalConfig: s, OriginalModuleConfig:
        {originalModuleConfig: [{Code: s, ModuleProperties: {moduleProperties: [{Code: s, Name: s, Value: s}]},
        Name: s}]}, PaymentCurrency: s, PaymentStatus: s, PaymentTime: s, PretaxAmount: s, PretaxAmountLocal: s,
        PretaxGrossAmount: s, ProductCode: s, ProductType: s, Quantity: s, Region: s, RelatedOrderId: s, SubOrderId:
        s, SubscriptionType: s, Tax: s, UsageEndTime: s, UsageStartTime: s}]}, PageNum: i, PageSize: i, TotalCount:
        i}, Message: s, RequestId: s, Success: b}
    CancelOrder
      takes OrderId!
      gives {Code: s, Data: {HostId: s}, Message: s, RequestId: s, Success: b}
    """)
}
