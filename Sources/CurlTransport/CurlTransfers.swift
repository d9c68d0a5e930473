import CCurl
import CloudWire
import Synchronization

/// All transfers under way on one multi handle; lives and dies on the loop's thread.
final class CurlTransfers {
  /// Easy handles kept for reuse: each remembers TLS sessions.
  private static let spareLimit = 16

  private let multi: UnsafeMutableRawPointer
  private let options: CurlTransport.Options
  private let clock = ContinuousClock()
  private var underWay: [UnsafeMutableRawPointer: CurlTransfer] = [:]
  private var handles: [ObjectIdentifier: UnsafeMutableRawPointer] = [:]
  private var spare: [CurlHandle] = []

  init(multi: UnsafeMutableRawPointer, options: CurlTransport.Options) {
    self.multi = multi
    self.options = options
    causeway_curl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, 64)
  }

  func start(_ ticket: CurlTicket) {
    if ticket.cancelled.load(ordering: .acquiring) {
      return ticket.finish(
        .failure(HTTPFailure(.cancelled, mayHaveBeenSent: false, detail: "cancelled before sending")))
    }
    guard let handle = spare.popLast() ?? CurlHandle.make() else {
      return ticket.finish(.failure(HTTPFailure(.badAnswer, mayHaveBeenSent: false, detail: "out of memory")))
    }
    let transfer = CurlTransfer(ticket, handle: handle, options: options, now: clock.now)
    underWay[handle.pointer] = transfer
    handles[ticket.id] = handle.pointer
    let code = curl_multi_add_handle(multi, handle.pointer)
    if code != CURLM_OK {
      end(
        transfer,
        .failure(HTTPFailure(.badAnswer, mayHaveBeenSent: false, detail: String(cString: curl_multi_strerror(code)))))
    }
  }

  func abort(_ ticket: CurlTicket) {
    guard let pointer = handles[ticket.id], let transfer = underWay[pointer] else { return }
    end(transfer, .failure(transfer.failure(.cancelled, detail: "cancelled")))
  }

  /// Moves every transfer on as far as it goes without waiting, and ends those that are over.
  func drive() {
    var running: Int32 = 0
    curl_multi_perform(multi, &running)
    var left: Int32 = 0
    while let message = curl_multi_info_read(multi, &left) {
      guard message.pointee.msg == CURLMSG_DONE, let pointer = message.pointee.easy_handle,
        let transfer = underWay[pointer]
      else { continue }
      end(transfer, transfer.outcome(causeway_curl_message_result(message)))
    }
    endIdle()
  }

  /// Waits for a socket, a timer of libcurl's, an idle limit or a wake-up.
  func await() {
    let now = clock.now
    let nearest = underWay.values.compactMap { $0.idleDeadline }.min().map { now.duration(to: $0) } ?? .seconds(60)
    let milliseconds = max(
      0, min(60_000, nearest.components.seconds * 1000 + nearest.components.attoseconds / 1_000_000_000_000_000 + 1))
    curl_multi_poll(multi, nil, 0, Int32(milliseconds), nil)
  }

  /// Ends everything as cancelled and gives all memory back.
  func close() {
    for transfer in Array(underWay.values) {
      end(transfer, .failure(transfer.failure(.cancelled, detail: "transport closed")))
    }
    for handle in spare { handle.free() }
    curl_multi_cleanup(multi)
  }

  private func endIdle() {
    let now = clock.now
    for transfer in Array(underWay.values) {
      transfer.noteActivity(at: now)
      if let deadline = transfer.idleDeadline, deadline <= now {
        end(transfer, .failure(transfer.failure(.idleTimeout, detail: "no byte for \(transfer.idleLimit)")))
      }
    }
  }

  private func end(_ transfer: CurlTransfer, _ outcome: CurlTicket.Outcome) {
    let handle = transfer.handle
    curl_multi_remove_handle(multi, handle.pointer)
    underWay[handle.pointer] = nil
    handles[transfer.ticket.id] = nil
    transfer.release()
    handle.reset()
    if spare.count < Self.spareLimit { spare.append(handle) } else { handle.free() }
    transfer.ticket.finish(outcome)
  }
}
