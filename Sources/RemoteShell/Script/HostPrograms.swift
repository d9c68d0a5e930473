import Basics

/// The programs that run on hosts, all for a POSIX shell, and the command lines that start them.
///
/// A command line holds constants only: what varies travels over standard input.
enum HostPrograms {
  /// Reads one line of words `NONCE argv...`, reports its process on the error stream, and becomes argv.
  ///
  /// Fields 5 and 6 of `/proc/PID/stat` are the process group and the session.
  static let supervised = command(supervise)
  static let rootSupervised = asRoot(supervise)

  /// The same with the words in the command line.
  static func supervised(_ nonce: String, _ words: [String]) -> String {
    let program = "g=$$;i=0;read -r a b c d g i r 2>/dev/null </proc/$$/stat;echo \"$0 $$ $g $i\" >&2;exec \"$@\""
    return command(program) + " " + ShellWords.line([nonce] + words)
  }

  private static let supervise =
    """
    n=$(printf "\\nx");n=${n%x};IFS= read -r l||exit 125;eval "set -- $l";s=$1;shift;g=$$;i=0;\
    read -r a b c d g i r 2>/dev/null </proc/$$/stat;echo "$s $$ $g $i" >&2;exec "$@"
    """

  /// Reads a program as one line of standard input and runs it; the rest of the input is the program's.
  static let loader = command(load)

  static let rootLoader = asRoot(load)

  /// The same as root, by `sudo -n` where the user is not root.
  private static func asRoot(_ program: String) -> String {
    "sh -c "
      + ShellWords.quote(
        """
        if [ "$(id -u)" = 0 ];then exec sh -c "$0";fi;command -v sudo >/dev/null 2>&1||exit \(noSudo);\
        sudo -n true </dev/null >/dev/null 2>&1||exit \(sudoPassword);exec sudo -n sh -c "$0"
        """) + " " + ShellWords.quote(program)
  }

  /// What a program as root ends with when there is no sudo, and when sudo asks for a password.
  private static let noSudo = 241
  private static let sudoPassword = 242

  /// Throws when the status says that sudo did not let us; only for a program that has said nothing itself.
  static func checkSudo(_ status: Int, _ host: SSHHost) throws(StepFailure) {
    if status == noSudo { throw StepFailure(.denied, .sshSudoMissing, host.arguments) }
    if status == sudoPassword { throw StepFailure(.denied, .sshSudoPassword, host.arguments) }
  }

  private static let load =
    "n=$(printf \"\\nx\");n=${n%x};IFS= read -r p||exit 125;eval \"p=$p\";eval \"$p\""

  private static func command(_ program: String) -> String { "exec sh -c " + ShellWords.quote(program) }

  /// Ends a process group, after five seconds by force; only a session's own leader has a group of its own for sure.
  static func kill(_ target: GroupReport.Group, asRoot: Bool) -> String {
    let isLeader = target.group == target.session && target.group > 1
    let whom = isLeader ? "-\(target.group)" : "\(target.process)"
    let program =
      """
      kill -s TERM -- \(whom);i=0;while kill -s 0 -- \(whom) 2>/dev/null&&[ $i -lt 50 ];\
      do sleep 0.1||sleep 1;i=$((i+1));done;kill -s KILL -- \(whom) 2>/dev/null
      """
    return asRoot ? Self.asRoot(program) : command(program)
  }
}
