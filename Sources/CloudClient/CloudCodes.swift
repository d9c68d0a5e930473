package import Basics

extension Diagnostic.Code {
  // Access: credentials, endpoints, providers.
  package static let cloudNoCredentials = Diagnostic.Code("cloud.no-credentials")
  package static let cloudNoProfile = Diagnostic.Code("cloud.no-profile")
  package static let cloudCredentialsKind = Diagnostic.Code("cloud.credentials-kind")
  package static let cloudCredentialsFile = Diagnostic.Code("cloud.credentials-file")
  package static let cloudEndpointInvalid = Diagnostic.Code("cloud.endpoint-invalid")
  package static let cloudEndpointNotLoopback = Diagnostic.Code("cloud.endpoint-not-loopback")
  package static let cloudProviderUnknown = Diagnostic.Code("cloud.provider-unknown")
  package static let cloudProductUnknown = Diagnostic.Code("cloud.product-unknown")
  package static let cloudProtocolMissing = Diagnostic.Code("cloud.protocol-missing")

  package static let cloudAzureNoSubscription = Diagnostic.Code("cloud.azure-no-subscription")
  package static let cloudAzureCloudUnknown = Diagnostic.Code("cloud.azure-cloud-unknown")
  package static let cloudAzureCredentialsKind = Diagnostic.Code("cloud.azure-credentials-kind")
  package static let cloudAzureWrongSecret = Diagnostic.Code("cloud.azure-wrong-secret")
  package static let cloudAzureExpiredSecret = Diagnostic.Code("cloud.azure-expired-secret")
  package static let cloudAzureNoApplication = Diagnostic.Code("cloud.azure-no-application")
  package static let cloudAzureNoTenant = Diagnostic.Code("cloud.azure-no-tenant")
  package static let cloudAzureSignIn = Diagnostic.Code("cloud.azure-sign-in")

  // What the other side answered.
  package static let cloudUnreachable = Diagnostic.Code("cloud.unreachable")
  package static let cloudThrottled = Diagnostic.Code("cloud.throttled")
  package static let cloudTransient = Diagnostic.Code("cloud.transient")
  package static let cloudNotYet = Diagnostic.Code("cloud.not-yet")
  package static let cloudExpired = Diagnostic.Code("cloud.expired")
  package static let cloudClock = Diagnostic.Code("cloud.clock")
  package static let cloudAlreadyExists = Diagnostic.Code("cloud.already-exists")
  package static let cloudNotFound = Diagnostic.Code("cloud.not-found")
  package static let cloudInUse = Diagnostic.Code("cloud.in-use")
  package static let cloudConflict = Diagnostic.Code("cloud.conflict")
  package static let cloudDenied = Diagnostic.Code("cloud.denied")
  package static let cloudQuota = Diagnostic.Code("cloud.quota")
  package static let cloudInvalid = Diagnostic.Code("cloud.invalid")
  package static let cloudRefused = Diagnostic.Code("cloud.refused")
  package static let cloudTooManyPages = Diagnostic.Code("cloud.too-many-pages")
  package static let cloudDoubt = Diagnostic.Code("cloud.doubt")
  package static let cloudInterrupted = Diagnostic.Code("cloud.interrupted")

  // The life of a step.
  package static let cloudInputMissing = Diagnostic.Code("cloud.input-missing")
  package static let cloudInputInvalid = Diagnostic.Code("cloud.input-invalid")
  package static let cloudOutputType = Diagnostic.Code("cloud.output-type")
  package static let cloudNothingFound = Diagnostic.Code("cloud.nothing-found")
  package static let cloudVanished = Diagnostic.Code("cloud.vanished")
  package static let cloudNoID = Diagnostic.Code("cloud.no-id")
  package static let cloudNotOurs = Diagnostic.Code("cloud.not-ours")
  package static let cloudNotIdentical = Diagnostic.Code("cloud.not-identical")
  package static let cloudDoubtDiffers = Diagnostic.Code("cloud.doubt-differs")
  package static let cloudCheck = Diagnostic.Code("cloud.check")
  package static let cloudCannotUpdate = Diagnostic.Code("cloud.cannot-update")
  package static let cloudUpdateNotSeen = Diagnostic.Code("cloud.update-not-seen")
  package static let cloudWaitFailed = Diagnostic.Code("cloud.wait-failed")
  package static let cloudWaitTimeout = Diagnostic.Code("cloud.wait-timeout")
  package static let cloudUndoNotSeen = Diagnostic.Code("cloud.undo-not-seen")

  // What a step is busy with.
  package static let cloudWaiting = Diagnostic.Code("cloud.waiting")
  package static let cloudRepeating = Diagnostic.Code("cloud.repeating")
  package static let cloudLookingUp = Diagnostic.Code("cloud.looking-up")

  // Commands on a host through a cloud.
  package static let cloudCommandAction = Diagnostic.Code("cloud.command-action")
  package static let cloudCommandTooLong = Diagnostic.Code("cloud.command-too-long")
}
