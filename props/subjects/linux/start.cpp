#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <new>
#include <sched.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

#include "props/subjects/linux/disk.h"
#include "props/subjects/linux/host.h"
#include "props/subjects/linux/means.h"
#include "props/subjects/registry.h"

// Starting agents: the shared memory, the agent's program in memory, and the process that all
// processes under test are forked from.

namespace cow::props::live {

namespace {

constexpr unsigned executable = 0x10;  ///< MFD_EXEC, newer than the C library's headers

[[noreturn]] void fail(const char* what) {
  throw SubjectError(fmt::format("linux: {}: {}", what, std::strerror(errno)));
}

/// A copy of the agent's program that can be executed. Not closed by an exec: it does its own.
int load_image(std::span<const std::uint8_t> image) {
  int fd = static_cast<int>(syscall(SYS_memfd_create, "cowcheck-agent", executable));
  if (fd < 0) fd = static_cast<int>(syscall(SYS_memfd_create, "cowcheck-agent", 0));
  if (fd < 0) fail("memfd_create");
  const auto length = static_cast<ssize_t>(image.size());
  if (write(fd, image.data(), image.size()) != length) fail("cannot copy the agent");
  return fd;
}

int make_file() {
  const int fd = static_cast<int>(syscall(SYS_memfd_create, file_name, 0));
  if (fd < 0 || ftruncate(fd, agent::file_bytes) != 0) fail("cannot make the file");
  return fd;
}

}  // namespace

void Host::build(const Setup& setup) {
  setup_ = setup;
  owner_ = getpid();
  const int memory = static_cast<int>(syscall(SYS_memfd_create, "cowcheck-control", 0));
  if (memory < 0 || ftruncate(memory, sizeof(agent::Control)) != 0) fail("memfd_create");
  void* const at =
      mmap(nullptr, sizeof(agent::Control), PROT_READ | PROT_WRITE, MAP_SHARED, memory, 0);
  if (at == MAP_FAILED) fail("mmap");
  control_ = new (at) agent::Control;
  control_->memory = memory;
  control_->image = load_image(setup.image);
  control_->file = make_file();
  control_->driver = owner_;
  control_->real_bytes = static_cast<std::uint32_t>(sysconf(_SC_PAGESIZE));
  control_->wrong = setup.wrong;
  control_->populates = setup.populates || Means::get().populates;
  if (pipe2(control_->pipe, O_NONBLOCK) != 0) fail("pipe2");
  control_->disk = setup.direct ? open_disk().fd : -1;
  if (setup.direct) {
    if (const auto wrong = direct_.connect(*control_); !wrong.empty())
      throw SubjectError("linux: " + wrong);
  }
  choose_processors();
  start_zygote();
  greet();
  if (setup.direct) open_direct_files();
}

/// The driver and the first thread of every agent share a processor: a request and its reply are
/// two switches then, without waking a processor that sleeps, which costs many times as much in a
/// virtual machine. Neighbouring workers take neighbouring ones. Second threads run elsewhere.
void Host::choose_processors() {
  control_->second_cpu = -1;
  cpu_set_t allowed;
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return;
  std::array<int, CPU_SETSIZE> cpus{};
  std::size_t count = 0;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (CPU_ISSET(static_cast<unsigned>(cpu), &allowed)) cpus[count++] = cpu;
  }
  if (count < 2) return;
  const auto mine = static_cast<std::size_t>(owner_) % count;
  control_->second_cpu = cpus[(mine + 1) % count];
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(static_cast<unsigned>(cpus[mine]), &one);
  sched_setaffinity(0, sizeof one, &one);
}

void Host::start_zygote() {
  const auto memory = fmt::format("{}", control_->memory);
  const char process[2] = {static_cast<char>('A' + agent::zygote), 0};
  const char* const arguments[] = {"cowcheck-agent", memory.c_str(), process, nullptr};
  const char* const environment[] = {nullptr};
  const pid_t pid = ::fork();
  if (pid < 0) fail("fork");
  if (pid == 0) {
    setpgid(0, 0);
    for (int fd = 0; fd < 3; ++fd) dup2(open("/dev/null", O_RDWR), fd);
    syscall(SYS_execveat, control_->image, "", arguments, environment, AT_EMPTY_PATH);
    _exit(127);
  }
  agents_[agent::zygote].pid = pid;
}

void Host::greet() {
  cowagent_request request{};
  request.kind = COWAGENT_HELLO;
  const auto told = send(agent::zygote, 0, request);
  if (!told.answered || told.reply.length != COWAGENT_HELLO_BYTES)
    throw SubjectError(fmt::format("linux: the agent does not start: {}", told.trouble));
  cowagent_decode_hello(told.reply.bytes, &hello_);
  if (hello_.version != COWAGENT_VERSION)
    throw SubjectError(fmt::format("linux: the agent speaks version {}", hello_.version));
}

/// For all processes, which come from the zygote: while it opens them this process answers.
void Host::open_direct_files() {
  const auto usual = std::exchange(look_ms_, 1);
  for (std::uint32_t i = 0; i < agent::direct_files; ++i) {
    cowagent_request request{};
    request.kind = agent::open_direct;
    request.to = i;
    const auto told = send(agent::zygote, 0, request);
    if (!told.answered || told.reply.status != COWAGENT_OK)
      throw SubjectError(fmt::format("linux: the agent cannot open a file of FUSE: {} {}",
                                     told.reply.detail, told.trouble));
  }
  look_ms_ = usual;
  direct_.close_mounts();
}

void Host::end() {
  for (std::uint32_t p = 0; p < agent::processes; ++p) kill(p);
  if (control_ != nullptr) drop();
}

/// Whatever still has a page of it pinned keeps that page; the file's are new ones.
void Host::empty_file() {
  if (!std::exchange(file_used_, false)) return;
  if (ftruncate(control_->file, 0) != 0 || ftruncate(control_->file, agent::file_bytes) != 0)
    fail("cannot empty the file");
}

void Host::drop() {
  for (const int fd :
       {control_->memory, control_->image, control_->file, control_->pipe[0], control_->pipe[1]})
    close(fd);
  if (control_->disk >= 0) close(control_->disk);
  direct_.close();
  munmap(control_, sizeof(agent::Control));
  control_ = nullptr;
}

}  // namespace cow::props::live
