import CCurl

/// One libcurl easy handle with typed setters; confined to the thread of its `CurlLoop`.
struct CurlHandle {
  let pointer: UnsafeMutableRawPointer

  /// A new handle; libcurl gives none only when memory is out.
  static func make() -> CurlHandle? { curl_easy_init().map(CurlHandle.init(pointer:)) }

  func free() { curl_easy_cleanup(pointer) }

  /// Takes all options back; live connections and TLS sessions are kept (curl_easy_reset(3)).
  func reset() { curl_easy_reset(pointer) }

  func set(_ option: CURLoption, _ value: Int) {
    check(causeway_curl_set_long(pointer, option, value), option)
  }

  func set(_ option: CURLoption, _ value: Bool) { set(option, value ? 1 : 0) }

  func set(_ option: CURLoption, offset value: Int) {
    check(causeway_curl_set_offset(pointer, option, curl_off_t(value)), option)
  }

  /// Sets a text, which libcurl copies.
  func set(_ option: CURLoption, _ value: String) {
    check(value.withCString { causeway_curl_set_text(pointer, option, $0) }, option)
  }

  func set(_ option: CURLoption, pointer value: UnsafeMutableRawPointer?) {
    check(causeway_curl_set_pointer(pointer, option, value), option)
  }

  func set(_ option: CURLoption, list: UnsafeMutablePointer<curl_slist>?) {
    check(causeway_curl_set_list(pointer, option, list), option)
  }

  func set(_ option: CURLoption, receiver: @escaping curl_write_callback) {
    check(causeway_curl_set_receiver(pointer, option, receiver), option)
  }

  func setBeforeRequest(_ callback: @escaping curl_prereq_callback) {
    check(causeway_curl_set_before_request(pointer, callback), CURLOPT_PREREQFUNCTION)
  }

  func long(_ info: CURLINFO) -> Int {
    var value = 0
    return causeway_curl_get_long(pointer, info, &value) == CURLE_OK ? value : 0
  }

  func offset(_ info: CURLINFO) -> Int {
    var value: curl_off_t = 0
    return causeway_curl_get_offset(pointer, info, &value) == CURLE_OK ? Int(value) : 0
  }

  private func check(_ code: CURLcode, _ option: CURLoption) {
    // An option refused means another libcurl than the one this was written for: going on would drop a promise such as
    // TLS checks.
    precondition(
      code == CURLE_OK, "libcurl refused option \(option.rawValue): \(String(cString: curl_easy_strerror(code)))")
  }
}
