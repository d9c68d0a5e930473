import CCurl
import CloudWire

/// One request and what has come back so far; lives on the loop's thread, and libcurl's callbacks reach it by pointer.
final class CurlTransfer {
  /// Most bytes of head that an answer may have.
  private static let headLimit = 256 << 10

  let ticket: CurlTicket
  let handle: CurlHandle
  private let proxy: String?
  private var headerList: UnsafeMutablePointer<curl_slist>?
  private let errorText: UnsafeMutablePointer<CChar>

  private var headers: [HTTPHeader] = []
  private var headSize = 0
  private var isHeadComplete = false
  private var body: [UInt8] = []
  private var isTooLarge = false
  private var isHeadTooLarge = false

  /// What libcurl had written when the connection stood (a proxy's CONNECT counts there); `nil` before that.
  private var sizeBeforeRequest: Int?
  private var isRepeat = false
  private var activity = 0
  private var lastActivity: ContinuousClock.Instant

  init(_ ticket: CurlTicket, handle: CurlHandle, options: CurlTransport.Options, now: ContinuousClock.Instant) {
    self.ticket = ticket
    self.handle = handle
    proxy = options.proxies.proxy(for: ticket.request.origin)
    lastActivity = now
    errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
    errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    setUp(options)
  }

  /// Gives back what libcurl pointed at; only after the handle has left the multi handle.
  func release() {
    curl_slist_free_all(headerList)
    headerList = nil
    errorText.deallocate()
  }

  // MARK: Results

  func outcome(_ code: CURLcode) -> CurlTicket.Outcome {
    guard code == CURLE_OK else { return .failure(failure(code)) }
    // libcurl takes a head that ends in the middle of a line for a whole answer.
    guard isHeadComplete else { return .failure(failure(.bodyCutShort, detail: "the answer ended inside its head")) }
    return .success(HTTPResponse(status: handle.long(CURLINFO_RESPONSE_CODE), headers: headers, body: body))
  }

  func failure(_ kind: HTTPFailure.Kind, detail: String) -> HTTPFailure {
    HTTPFailure(kind, mayHaveBeenSent: mayHaveBeenSent, detail: detail)
  }

  private func failure(_ code: CURLcode) -> HTTPFailure {
    let said = String(cString: errorText)
    let circumstances = CurlCircumstances(
      isConnected: sizeBeforeRequest != nil, hasStatus: !headers.isEmpty || headSize > 0, usesProxy: proxy != nil,
      proxyStatus: handle.long(CURLINFO_HTTP_CONNECTCODE), systemError: handle.long(CURLINFO_OS_ERRNO),
      wholeComesFirst: ticket.request.timeouts.whole < ticket.request.timeouts.connect,
      isTooLarge: isTooLarge, isHeadTooLarge: isHeadTooLarge)
    return failure(
      circumstances.kind(of: code), detail: said.isEmpty ? String(cString: curl_easy_strerror(code)) : said)
  }

  /// Whether libcurl has handed a byte of the request itself to the system.
  private var mayHaveBeenSent: Bool {
    guard let sizeBeforeRequest else { return false }
    return isRepeat || handle.long(CURLINFO_REQUEST_SIZE) > sizeBeforeRequest
      || handle.offset(CURLINFO_SIZE_UPLOAD_T) > 0
  }

  // MARK: Idle limit

  var idleLimit: Duration { ticket.request.timeouts.idle }

  /// When the transfer counts as stalled; before the connection stands, the connect limit holds instead.
  var idleDeadline: ContinuousClock.Instant? { sizeBeforeRequest == nil ? nil : lastActivity + idleLimit }

  func noteActivity(at now: ContinuousClock.Instant) {
    let sum =
      handle.long(CURLINFO_REQUEST_SIZE) + handle.offset(CURLINFO_SIZE_UPLOAD_T) + headSize + body.count
      + (sizeBeforeRequest == nil ? 0 : 1)
    if sum != activity {
      activity = sum
      lastActivity = now
    }
  }

  // MARK: Called by libcurl

  fileprivate func received(head line: UnsafeRawBufferPointer) -> Bool {
    headSize += line.count
    isHeadTooLarge = headSize > Self.headLimit
    guard !isHeadTooLarge else { return false }
    let text = String(decoding: line, as: UTF8.self)
    // A new status line begins a new head: an interim answer (100) is none.
    if text.hasPrefix("HTTP/") {
      headers = []
      isHeadComplete = false
    } else if text == "\r\n" || text == "\n" {
      isHeadComplete = true
    } else if let colon = text.firstIndex(of: ":") {
      headers.append(HTTPHeader(String(text[..<colon]), text[text.index(after: colon)...].trimmed))
    }
    return true
  }

  fileprivate func received(body bytes: UnsafeRawBufferPointer) -> Bool {
    isTooLarge = body.count + bytes.count > ticket.request.bodyLimit
    guard !isTooLarge else { return false }
    body.append(contentsOf: bytes)
    return true
  }

  /// The connection stands and the request would go out now; false stops it.
  ///
  /// libcurl repeats a request by itself when a kept connection dies before the first byte of an answer. The other side
  /// may have carried it out by then, so a second start is refused once bytes have left.
  fileprivate func isAboutToSend() -> Bool {
    isRepeat = mayHaveBeenSent
    if !isRepeat { sizeBeforeRequest = handle.long(CURLINFO_REQUEST_SIZE) }
    return !isRepeat
  }

  // MARK: Options

  private func setUp(_ options: CurlTransport.Options) {
    let context = Unmanaged.passUnretained(self).toOpaque()
    handle.set(CURLOPT_ERRORBUFFER, pointer: errorText)
    setUpConnection(options)
    setUpMessage(options)
    handle.set(CURLOPT_HEADERFUNCTION, receiver: receiveHead)
    handle.set(CURLOPT_HEADERDATA, pointer: context)
    handle.set(CURLOPT_WRITEFUNCTION, receiver: receiveBody)
    handle.set(CURLOPT_WRITEDATA, pointer: context)
    handle.setBeforeRequest(aboutToSend)
    handle.set(CURLOPT_PREREQDATA, pointer: context)
  }

  private func setUpConnection(_ options: CurlTransport.Options) {
    let timeouts = ticket.request.timeouts
    handle.set(CURLOPT_NOSIGNAL, true)
    // A cancelled request must not hold up all others until the system's resolver gives up.
    handle.set(CURLOPT_QUICK_EXIT, true)
    handle.set(CURLOPT_PROTOCOLS_STR, "http,https")
    // One request on one connection at a time: what was sent and what was lost stays exact.
    handle.set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
    handle.set(CURLOPT_FOLLOWLOCATION, false)
    handle.set(CURLOPT_SSL_VERIFYPEER, true)
    handle.set(CURLOPT_SSL_VERIFYHOST, 2)
    handle.set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
    if let file = options.trustedCertificates { handle.set(CURLOPT_CAINFO, file) }
    handle.set(CURLOPT_TCP_NODELAY, true)
    handle.set(CURLOPT_TCP_KEEPALIVE, true)
    handle.set(CURLOPT_MAXAGE_CONN, Int(options.idleConnection.components.seconds))
    // An empty proxy keeps libcurl from looking into the process's environment: ours was handed in.
    handle.set(CURLOPT_PROXY, proxy ?? "")
    handle.set(CURLOPT_NOPROXY, options.proxies.exceptions)
    handle.set(CURLOPT_SUPPRESS_CONNECT_HEADERS, true)
    handle.set(CURLOPT_CONNECTTIMEOUT_MS, max(1, timeouts.connect.inWholeMilliseconds))
    handle.set(CURLOPT_TIMEOUT_MS, max(1, timeouts.whole.inWholeMilliseconds))
  }

  private func setUpMessage(_ options: CurlTransport.Options) {
    let request = ticket.request
    handle.set(CURLOPT_URL, request.url)
    handle.set(CURLOPT_PATH_AS_IS, true)
    handle.set(CURLOPT_DISALLOW_USERNAME_IN_URL, true)
    handle.set(CURLOPT_USERAGENT, options.userAgent)
    setUpMethod(request)
    // What libcurl would add by itself and nobody asked for; `Expect` would cost a round trip.
    for name in ["Accept", "Content-Type", "Expect"] where request.header(name) == nil { addHeader("\(name):") }
    for header in request.headers {
      addHeader(header.value.isEmpty ? "\(header.name);" : "\(header.name): \(header.value)")
    }
    handle.set(CURLOPT_HTTPHEADER, list: headerList)
  }

  private func setUpMethod(_ request: HTTPRequest) {
    if request.method == "HEAD" {
      handle.set(CURLOPT_NOBODY, true)
    } else if request.body.isEmpty && request.method != "POST" && request.method != "PUT" {
      handle.set(CURLOPT_HTTPGET, true)
    } else {
      handle.set(CURLOPT_POST, true)
      handle.set(CURLOPT_POSTFIELDSIZE_LARGE, offset: request.body.count)
      var bytes = request.body.isEmpty ? [0] : request.body
      bytes.withUnsafeMutableBytes { handle.set(CURLOPT_COPYPOSTFIELDS, pointer: $0.baseAddress) }
    }
    handle.set(CURLOPT_CUSTOMREQUEST, request.method)
  }

  private func addHeader(_ line: String) {
    if let longer = curl_slist_append(headerList, line) { headerList = longer }
  }
}

private func receiveHead(
  _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
  guard let context, let bytes else { return 0 }
  let transfer = Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
  return transfer.received(head: UnsafeRawBufferPointer(start: bytes, count: size * count)) ? size * count : 0
}

private func receiveBody(
  _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
  guard let context, let bytes else { return 0 }
  let transfer = Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
  return transfer.received(body: UnsafeRawBufferPointer(start: bytes, count: size * count)) ? size * count : 0
}

private func aboutToSend(
  _ context: UnsafeMutableRawPointer?, _ remoteAddress: UnsafeMutablePointer<CChar>?,
  _ localAddress: UnsafeMutablePointer<CChar>?, _ remotePort: Int32, _ localPort: Int32
) -> Int32 {
  guard let context else { return CURL_PREREQFUNC_ABORT }
  let transfer = Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
  return transfer.isAboutToSend() ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
}

extension Substring {
  /// Without spaces, tabs and line ends at both ends.
  fileprivate var trimmed: String {
    let blank: Set<Character> = [" ", "\t", "\r", "\n", "\r\n"]
    let start = drop { blank.contains($0) }
    return String(start.reversed().drop { blank.contains($0) }.reversed())
  }
}

extension Duration {
  var inWholeMilliseconds: Int { Int(components.seconds) * 1000 + Int(components.attoseconds / 1_000_000_000_000_000) }
}
