import Basics
import CloudWire
import ProviderModel

extension Caller {
  /// How the exchange is named in messages and traces.
  static let signInName = "sign-in"

  /// Exchanges id and secret for a token (OAuth 2.0 client credentials); repeated while the service is only busy.
  ///
  /// Every failure is one of the sign-in, so that nobody looks for it in the call that needed the token; the call itself
  /// has not been sent.
  func signIn(_ keys: Credentials, _ access: AzureAccess) async throws(CallProblem) -> AzureToken {
    let origin: String
    do throws(StepFailure) {
      origin = try endpoints.signInOrigin(access.authority ?? access.cloud.authority, session.provider.name)
    } catch { throw .failed(error) }
    var request = AzureToken.request(
      tenant: access.tenant, credentials: keys, cloud: access.cloud, authority: origin)
    request.timeouts = timeouts
    var budget = retryBudget
    var number = 0
    while true {
      number += 1
      do throws(CallProblem) { return try await signInOnce(request, number: number) } catch {
        guard let pause = budget.pause(after: error, at: time.elapsed) else {
          throw .failed(Self.failure(of: error, keys, access, origin))
        }
        try await sleep(pause)
      }
    }
  }

  private func signInOnce(_ request: HTTPRequest, number: Int) async throws(CallProblem) -> AzureToken {
    let (start, sent) = (time.elapsed, time.now)
    // The body is a secret as a whole.
    var shown = request
    shown.body = []
    let response: HTTPResponse
    do throws(HTTPFailure) { response = try await transport.send(request) } catch {
      trace(Self.signInName, number, shown, .failed(error), since: start)
      throw .http(error)
    }
    switch AzureToken.decode(response, sent: sent) {
    case .success(let token):
      masker.add(token.text)
      trace(Self.signInName, number, shown, .answered(status: response.status), since: start)
      return token
    case .failure(let error):
      trace(Self.signInName, number, shown, .refused(error), since: start)
      throw .refused(error)
    }
  }

  private static func failure(
    of problem: CallProblem, _ keys: Credentials, _ access: AzureAccess, _ origin: String
  ) -> StepFailure {
    let host = String(origin.split(separator: "/").last ?? "")
    switch problem {
    case .failed(let failure): return failure
    case .http(let failure) where failure.kind == .cancelled: return .interrupted(signInName)
    case .http(let failure):
      return StepFailure(
        .transient, .cloudUnreachable,
        ["call": signInName, "host": host, "reason": failure.kind.rawValue, "detail": failure.detail], call: signInName)
    case .refused(let error):
      let number = aadNumber(error.message)
      return StepFailure(
        error.kind, error.kind == .denied ? signInCode(number) : .cloudTransient,
        [
          "call": signInName, "host": host, "tenant": access.tenant, "client": keys.accessKeyID, "source": keys.source,
          "code": number.map { "AADSTS\($0)" } ?? error.code,
        ], vendorCode: number.map { "AADSTS\($0)" } ?? error.code, vendorMessage: error.message,
        requestID: error.requestID, call: signInName, retryAfter: error.retryAfter)
    }
  }

  /// `7000215` in `AADSTS7000215: Invalid client secret provided...`: Entra ID has one code for many causes, and tells
  /// them apart by this number.
  private static func aadNumber(_ message: String) -> String? {
    guard message.hasPrefix("AADSTS") else { return nil }
    let digits = message.dropFirst("AADSTS".count).prefix { $0.isASCII && $0.isNumber }
    return digits.isEmpty ? nil : String(digits)
  }

  private static func signInCode(_ number: String?) -> Diagnostic.Code {
    switch number {
    case "7000215": .cloudAzureWrongSecret
    case "7000222": .cloudAzureExpiredSecret
    case "700016": .cloudAzureNoApplication
    case "90002": .cloudAzureNoTenant
    default: .cloudAzureSignIn
    }
  }
}
