// What Swift's Glibc overlay does not offer: starting a process in chosen namespaces, and files and sockets inside them.
//
// Between fork and exec only async-signal-safe calls are made, so this is safe in a process with many threads.
#ifndef CAUSEWAY_CLINUX_SHIM_H
#define CAUSEWAY_CLINUX_SHIM_H
#include <errno.h>
#include <stdint.h>
#include <sys/types.h>

// Kinds of set-up operations, done in order in the new process before exec.
enum {
  clinux_op_mount = 1,   // source, target, type, flags, data as mount(2)
  clinux_op_mkdir,       // target, flags = mode; an existing one is fine
  clinux_op_file,        // target: an empty file, unless there is one
  clinux_op_symlink,     // source = text of the link, target = its place
  clinux_op_pivot,       // target = new root; the old one is taken away
  clinux_op_hostname     // source
};

struct clinux_op {
  int kind;
  const char *source, *target, *type, *data;
  unsigned long flags;
};

struct clinux_spawn {
  const char *path;
  char *const *argv;
  char *const *envp;
  int join_fd;             // pidfd whose namespaces are joined, or -1
  int join_flags;          // which of them, CLONE_NEW*
  const char *net_path;    // a network namespace file, opened after the join, or NULL
  int new_flags;           // namespaces to make, CLONE_NEW*
  const struct clinux_op *ops;
  int op_count;
  int fds[3];              // become 0, 1, 2
  uint64_t dropped_caps;   // bits of capabilities taken out of the bounding set
  int detached;            // becomes a child of the first process of the PID namespace, not of ours
  int ignores_children;    // SIGCHLD stays ignored across exec: children and orphans are reaped by the kernel
};

// Where a spawn failed.
enum {
  clinux_stage_fork = 1, clinux_stage_join, clinux_stage_net, clinux_stage_new, clinux_stage_op, clinux_stage_stdio,
  clinux_stage_caps, clinux_stage_exec
};

struct clinux_report {
  int32_t stage;  // 0: `value` is the pid; -1: `value` is a go-between to wait for
  int32_t value;  // else: the index of the operation, or 0
  int32_t error;
};

#ifdef __linux__
#include <fcntl.h>
#include <linux/openat2.h>
#include <linux/sched.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static const int clinux_o_path = 010000000;  // O_PATH, of all architectures but alpha, parisc and sparc
static const int clinux_new_mount = CLONE_NEWNS;
static const int clinux_new_pid = CLONE_NEWPID;
static const int clinux_new_net = CLONE_NEWNET;
static const int clinux_new_uts = CLONE_NEWUTS;
static const int clinux_new_ipc = CLONE_NEWIPC;

static inline int clinux_pipe(int *ends) { return pipe2(ends, O_CLOEXEC); }
static inline int clinux_eventfd(void) { return eventfd(0, EFD_CLOEXEC); }

static inline int clinux_socket(void) { return socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0); }
static inline int clinux_accept(int listener) { return accept4(listener, NULL, NULL, SOCK_CLOEXEC); }

static inline int clinux_setns(int fd, int flags) { return (int)syscall(SYS_setns, fd, flags); }

static inline int clinux_pidfd_open(pid_t pid) {
  int fd = (int)syscall(SYS_pidfd_open, pid, 0);
  if (fd >= 0) fcntl(fd, F_SETFD, FD_CLOEXEC);
  return fd;
}

static inline int clinux_pidfd_kill(int pidfd, int signal) {
  return (int)syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0);
}

// Opens `path` with every symbolic link resolved as if `root` were `/`: nothing outside can be reached.
static inline int clinux_open_in_root(int root, const char *path, int flags, unsigned mode) {
  struct open_how how = {.flags = (uint64_t)(unsigned)flags | O_CLOEXEC, .mode = mode, .resolve = RESOLVE_IN_ROOT};
  return (int)syscall(SYS_openat2, root, path, &how, sizeof how);
}

// A TCP socket that belongs to the network namespace of `net_fd`; the calling thread is back in its own when this returns.
static inline int clinux_socket_in(int net_fd) {
  int own = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
  if (own < 0) return -1;
  if (clinux_setns(net_fd, CLONE_NEWNET) < 0) {
    int error = errno;
    close(own);
    errno = error;
    return -1;
  }
  int result = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int error = errno;
  // A thread left in the wrong network would send real traffic from there: better none at all.
  if (clinux_setns(own, CLONE_NEWNET) < 0) _exit(70);
  close(own);
  errno = error;
  return result;
}

static inline void clinux_tell(int fd, int stage, int value, int error) {
  struct clinux_report report = {stage, value, error};
  ssize_t ignored = write(fd, &report, sizeof report);
  (void)ignored;
}

static inline int clinux_do(const struct clinux_op *op) {
  switch (op->kind) {
  case clinux_op_mount: return mount(op->source, op->target, op->type, op->flags, op->data);
  case clinux_op_mkdir: return mkdir(op->target, (mode_t)op->flags) < 0 && errno != EEXIST ? -1 : 0;
  case clinux_op_file: {
    int fd = open(op->target, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    return fd < 0 ? -1 : close(fd);
  }
  case clinux_op_symlink: return symlink(op->source, op->target) < 0 && errno != EEXIST ? -1 : 0;
  case clinux_op_pivot:
    // The old root is stacked on the new one at the same place (pivot_root(2)), and taken off there.
    if (chdir(op->target) < 0 || syscall(SYS_pivot_root, ".", ".") < 0 || umount2(".", MNT_DETACH) < 0) return -1;
    return chdir("/");
  case clinux_op_hostname: {
    size_t length = 0;
    while (op->source[length]) length++;
    return sethostname(op->source, length);
  }
  default: errno = EINVAL; return -1;
  }
}

static inline void clinux_reset_signals(int ignores_children) {
  struct sigaction action = {0};
  action.sa_handler = SIG_DFL;
  for (int number = 1; number < 65; number++) sigaction(number, &action, NULL);
  if (ignores_children) {
    action.sa_handler = SIG_IGN;
    sigaction(SIGCHLD, &action, NULL);
  }
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
}

// The last leg, in the final process: never returns.
static inline void clinux_become(const struct clinux_spawn *spawn, int report) {
  for (int i = 0; i < spawn->op_count; i++)
    if (clinux_do(&spawn->ops[i]) < 0) { clinux_tell(report, clinux_stage_op, i, errno); _exit(127); }
  for (int i = 0; i < 3; i++)
    if (dup2(spawn->fds[i], i) < 0) { clinux_tell(report, clinux_stage_stdio, i, errno); _exit(127); }
  for (int cap = 0; cap < 64; cap++)
    if (spawn->dropped_caps >> cap & 1 && prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) < 0 && errno != EINVAL) {
      clinux_tell(report, clinux_stage_caps, cap, errno);
      _exit(127);
    }
  syscall(SYS_close_range, 3u, ~0u, 4u /* CLOSE_RANGE_CLOEXEC */);
  clinux_reset_signals(spawn->ignores_children);
  execve(spawn->path, spawn->argv, spawn->envp);
  clinux_tell(report, clinux_stage_exec, 0, errno);
  _exit(127);
}

static inline pid_t clinux_clone(unsigned long flags) { return (pid_t)syscall(SYS_clone, flags | SIGCHLD, 0, 0, 0, 0); }

// Our number in the PID namespace of the mounted /proc.
static inline pid_t clinux_outer_pid(void) {
  char text[24];
  ssize_t length = readlink("/proc/self", text, sizeof text);
  pid_t pid = 0;
  for (ssize_t i = 0; i < length && text[i] >= '0' && text[i] <= '9'; i++) pid = pid * 10 + (text[i] - '0');
  return pid;
}

static inline void clinux_child(const struct clinux_spawn *spawn, int report) {
  int joins_pids = spawn->join_fd >= 0 && spawn->join_flags & CLONE_NEWPID, makes_pids = spawn->new_flags & CLONE_NEWPID;
  setsid();
  if (spawn->join_fd >= 0 && clinux_setns(spawn->join_fd, spawn->join_flags) < 0) {
    clinux_tell(report, clinux_stage_join, 0, errno);
    _exit(127);
  }
  // A process enters a PID namespace only by being born there; CLONE_PARENT makes it a child of ours, not of this go-between.
  // One that is to be detached is born of a second go-between inside, whose end leaves it to the first process there.
  if (spawn->detached) {
    pid_t pid = clinux_clone(CLONE_PARENT);
    if (pid != 0) {
      if (pid < 0) clinux_tell(report, clinux_stage_fork, 0, errno);
      else clinux_tell(report, -1, pid, 0);
      _exit(0);
    }
  }
  if (spawn->net_path) {
    int net = open(spawn->net_path, O_RDONLY | O_CLOEXEC);
    if (net < 0 || clinux_setns(net, CLONE_NEWNET) < 0) { clinux_tell(report, clinux_stage_net, 0, errno); _exit(127); }
    close(net);
  }
  if (spawn->new_flags && syscall(SYS_unshare, (unsigned long)spawn->new_flags) < 0) {
    clinux_tell(report, clinux_stage_new, 0, errno);
    _exit(127);
  }
  if (!joins_pids && !makes_pids) {
    clinux_tell(report, 0, getpid(), 0);
    clinux_become(spawn, report);
  }
  pid_t pid = clinux_clone(spawn->detached ? 0 : CLONE_PARENT);
  if (pid == 0) {
    setsid();
    // The go-between knows this process by a number of its own namespace only.
    if (spawn->detached) clinux_tell(report, 0, clinux_outer_pid(), 0);
    clinux_become(spawn, report);
  }
  if (pid < 0) clinux_tell(report, clinux_stage_fork, 0, errno);
  else if (!spawn->detached) clinux_tell(report, 0, pid, 0);
  _exit(0);
}

// Starts a process; 0 and its pid (a child of the caller, to be waited for; if detached: as the /proc at hand numbers it), or -1 with the stage, the index and errno in `failure`.
static inline int clinux_start(const struct clinux_spawn *spawn, pid_t *pid, struct clinux_report *failure) {
  int pipe_fds[2];
  *pid = 0;
  failure->stage = clinux_stage_fork;
  failure->value = 0;
  if (pipe2(pipe_fds, O_CLOEXEC) < 0) { failure->error = errno; return -1; }
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  pid_t first = clinux_clone(0);
  if (first == 0) {
    // A report pipe above the three standard numbers survives dup2.
    int report = fcntl(pipe_fds[1], F_DUPFD_CLOEXEC, 64);
    clinux_child(spawn, report < 0 ? pipe_fds[1] : report);
  }
  int error = errno;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  close(pipe_fds[1]);
  if (first < 0) { close(pipe_fds[0]); failure->error = error; return -1; }
  struct clinux_report report;
  pid_t between = 0;
  int failed = 0;
  for (;;) {
    ssize_t count = read(pipe_fds[0], &report, sizeof report);
    if (count < 0 && errno == EINTR) continue;
    if (count != (ssize_t)sizeof report) break;
    if (report.stage == 0) *pid = report.value;
    else if (report.stage == -1) between = report.value;
    else { *failure = report; failed = 1; }
  }
  close(pipe_fds[0]);
  if (*pid != first) while (waitpid(first, NULL, 0) < 0 && errno == EINTR) {}
  if (between) while (waitpid(between, NULL, 0) < 0 && errno == EINTR) {}
  if (!failed && *pid == 0) { failure->error = ECHILD; failed = 1; }
  if (failed && *pid && !spawn->detached) while (waitpid(*pid, NULL, 0) < 0 && errno == EINTR) {}
  return failed ? -1 : 0;
}

#else

static const int clinux_o_path = 0, clinux_new_mount = 0, clinux_new_pid = 0, clinux_new_net = 0, clinux_new_uts = 0, clinux_new_ipc = 0;
static inline int clinux_pipe(int *ends) { (void)ends; errno = ENOSYS; return -1; }
static inline int clinux_eventfd(void) { errno = ENOSYS; return -1; }
static inline int clinux_socket(void) { errno = ENOSYS; return -1; }
static inline int clinux_accept(int listener) { (void)listener; errno = ENOSYS; return -1; }
static inline int clinux_pidfd_open(pid_t pid) { (void)pid; errno = ENOSYS; return -1; }
static inline int clinux_pidfd_kill(int pidfd, int signal) { (void)pidfd; (void)signal; errno = ENOSYS; return -1; }
static inline int clinux_open_in_root(int root, const char *path, int flags, unsigned mode) {
  (void)root; (void)path; (void)flags; (void)mode; errno = ENOSYS; return -1;
}
static inline int clinux_socket_in(int net_fd) { (void)net_fd; errno = ENOSYS; return -1; }
static inline int clinux_start(const struct clinux_spawn *spawn, pid_t *pid, struct clinux_report *failure) {
  (void)spawn; *pid = 0; failure->stage = clinux_stage_fork; failure->value = 0; failure->error = ENOSYS; return -1;
}
#endif
#endif
