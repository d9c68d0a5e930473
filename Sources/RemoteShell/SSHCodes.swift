package import Basics

extension Diagnostic.Code {
  // The value of a host.
  package static let sshHostInvalid = Diagnostic.Code("ssh.host-invalid")
  package static let sshNeedsSSH = Diagnostic.Code("ssh.needs-ssh")
  package static let sshHostMember = Diagnostic.Code("ssh.host-member-unknown")
  package static let sshHostMemberNear = Diagnostic.Code("ssh.host-member-unknown-near")
  package static let sshHostKeyUnreadable = Diagnostic.Code("ssh.host-key-unreadable")
  package static let sshInputInvalid = Diagnostic.Code("ssh.input-invalid")
  package static let sshActionUnknown = Diagnostic.Code("ssh.action-unknown")

  // The way to the host.
  package static let sshNameUnknown = Diagnostic.Code("ssh.name-unknown")
  package static let sshRefused = Diagnostic.Code("ssh.connection-refused")
  package static let sshUnreachable = Diagnostic.Code("ssh.unreachable")
  package static let sshNoAnswer = Diagnostic.Code("ssh.no-answer")
  package static let sshNoBanner = Diagnostic.Code("ssh.no-greeting")
  package static let sshHandshake = Diagnostic.Code("ssh.handshake-failed")
  package static let sshConnectionLost = Diagnostic.Code("ssh.connection-lost")
  package static let sshChannelRefused = Diagnostic.Code("ssh.channel-refused")
  package static let sshTimedOut = Diagnostic.Code("ssh.timed-out")
  package static let sshCancelled = Diagnostic.Code("ssh.cancelled")
  package static let sshProtocol = Diagnostic.Code("ssh.protocol-error")

  // Trust and login.
  package static let sshHostKeyUnknown = Diagnostic.Code("ssh.host-key-unknown")
  package static let sshHostKeyChanged = Diagnostic.Code("ssh.host-key-changed")
  package static let sshHostKeyRevoked = Diagnostic.Code("ssh.host-key-revoked")
  package static let sshKnownHostsUnwritable = Diagnostic.Code("ssh.known-hosts-unwritable")
  package static let sshLoginRefused = Diagnostic.Code("ssh.login-refused")
  package static let sshNoKey = Diagnostic.Code("ssh.no-key")
  package static let sshNoAgent = Diagnostic.Code("ssh.no-agent")
  package static let sshRSAKey = Diagnostic.Code("ssh.rsa-key")
  package static let sshKeyUnreadable = Diagnostic.Code("ssh.key-unreadable")
  package static let sshKeyEncrypted = Diagnostic.Code("ssh.key-encrypted")

  // Commands and scripts.
  package static let sshScriptFailed = Diagnostic.Code("ssh.script-failed")
  package static let sshScriptSignalled = Diagnostic.Code("ssh.script-died")
  package static let sshScriptTimedOut = Diagnostic.Code("ssh.script-timed-out")
  package static let sshScriptMissing = Diagnostic.Code("ssh.script-missing")
  package static let sshScriptUnsettled = Diagnostic.Code("ssh.script-unsettled")
  package static let sshFetchFailed = Diagnostic.Code("ssh.fetch-failed")
  package static let sshMarkerUnwritable = Diagnostic.Code("ssh.marker-unwritable")
  package static let sshMarkerDiffers = Diagnostic.Code("ssh.marker-differs")
  package static let sshProgramMissing = Diagnostic.Code("ssh.program-missing")
  package static let sshSudoMissing = Diagnostic.Code("ssh.sudo-missing")
  package static let sshSudoPassword = Diagnostic.Code("ssh.sudo-password")
  package static let sshUploadFailed = Diagnostic.Code("ssh.upload-failed")
  package static let sshFactsUnreadable = Diagnostic.Code("ssh.facts-unreadable")
  package static let sshNotReady = Diagnostic.Code("ssh.not-ready")
  package static let localSpawnFailed = Diagnostic.Code("local.spawn-failed")

  // What a step is busy with.
  package static let sshWaitingForHost = Diagnostic.Code("ssh.waiting-for-host")
  package static let sshScriptRunning = Diagnostic.Code("ssh.script-running")
  package static let sshScriptFound = Diagnostic.Code("ssh.script-found-running")
}
