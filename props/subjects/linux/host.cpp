#include "props/subjects/linux/host.h"

#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <fstream>
#include <linux/futex.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "props/subjects/registry.h"

namespace cow::props::live {

namespace {

long futex(std::atomic<std::uint32_t>& word, int what, std::uint32_t value, timespec* limit) {
  return syscall(SYS_futex, &word, what, value, limit, nullptr, 0);
}

/// Has the process begun to end? Then it may wait for its requests to be answered. The flag is
/// Linux's PF_EXITING, in the ninth word of its line.
bool is_ending(pid_t pid) {
  std::ifstream file(fmt::format("/proc/{}/stat", pid));
  std::string word;
  for (int i = 0; i < 9; ++i) file >> word;
  return file && (std::strtoul(word.c_str(), nullptr, 10) & 4) != 0;
}

}  // namespace

Host& Host::get() {
  static Host host;
  return host;
}

/// After a fork of this program the agents are still its parent's.
bool Host::owned() const { return owner_ == getpid(); }

std::uint64_t Host::begin(const model::World& world, const Setup& setup) {
  if (!owned()) {
    for (std::uint32_t p = 0; p < agent::processes; ++p) forget(p);
    if (control_ != nullptr) drop();
  } else if (!(setup == setup_)) {
    end();
  }
  kill_all_but_zygote();
  if (!alive(agent::zygote)) build(setup);
  control_->page_bytes = model::page_bytes(world.geometry);
  control_->pages = world.pages;
  drain();
  empty_file();
  cowagent_request first{};
  first.kind = COWAGENT_FORK;
  first.proc = agent::zygote;
  const auto told = fork(agent::zygote, first);
  if (!told.answered || told.reply.status != COWAGENT_OK)
    throw SubjectError(fmt::format("linux: cannot fork a process: {}", told.trouble));
  return ++tenancy_;
}

/// A write that an agent began before it died may have left bytes in the pipe.
void Host::drain() {
  std::array<char, 4096> rest;
  while (read(control_->pipe[0], rest.data(), rest.size()) > 0) continue;
}

Told Host::ask(std::uint32_t process, const cowagent_request& request) {
  const std::uint32_t thread = request.cpu % agent::threads;
  file_used_ |= request.kind == COWAGENT_MAP && (request.flags & COWAGENT_FILE) != 0;
  if (thread != 0 && !agents_[process].thread) {
    auto& mail = control_->mails[process][thread];
    mail.asked = mail.answered = 0;
    cowagent_request start{};
    start.kind = COWAGENT_THREAD;
    auto told = send(process, 0, start);
    if (!told.answered) return told;
    agents_[process].thread = true;
  }
  return send(process, thread, request);
}

Told Host::fork(std::uint32_t process, const cowagent_request& request) {
  auto& mails = control_->mails[request.child];
  for (auto& mail : mails) mail.asked = mail.answered = 0;
  forget(request.child);
  auto told = send(process, 0, request);
  if (told.answered && told.reply.status == COWAGENT_OK)
    agents_[request.child].pid = static_cast<pid_t>(told.reply.detail);
  return told;
}

std::string Host::exit(std::uint32_t process) {
  direct_.let_go(process);
  cowagent_request request{};
  request.kind = COWAGENT_EXIT;
  auto& mail = control_->mails[process][0];
  cowagent_encode_request(&request, mail.request);
  mail.asked.fetch_add(1, std::memory_order_release);
  futex(mail.asked, FUTEX_WAKE, 1, nullptr);
  return wait_for_end(process);
}

std::string Host::wait_for_end(std::uint32_t process) {
  const auto pid = agents_[process].pid;
  const int handle = static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
  pollfd ready{handle, POLLIN, 0};
  const bool ended = handle < 0 || poll(&ready, 1, setup_.patience_ms) == 1;
  if (handle >= 0) close(handle);
  int status = 0;
  if (!ended || waitpid(pid, &status, 0) != pid)
    return fmt::format("P{} did not end for {} ms", process, setup_.patience_ms);
  forget(process);
  return status == 0 ? "" : last_words(process, status);
}

Told Host::send(std::uint32_t process, std::uint32_t thread, const cowagent_request& request) {
  auto& mail = control_->mails[process][thread];
  auto numbered = request;
  numbered.sequence = ++sequence_;
  cowagent_encode_request(&numbered, mail.request);
  const auto asked = mail.asked.load(std::memory_order_relaxed) + 1;
  mail.asked.store(asked, std::memory_order_release);
  futex(mail.asked, FUTEX_WAKE, 1, nullptr);
  Told told;
  told.trouble = await(mail, asked, process);
  if (!told.trouble.empty()) return told;
  if (cowagent_decode_reply(mail.reply, &told.reply) == 0 ||
      cowagent_reply_is_whole(mail.reply, &told.reply, 1) == 0 ||
      told.reply.sequence != numbered.sequence || told.reply.length > agent::data_bytes) {
    told.trouble = fmt::format("P{} sent what is no reply", process);
    return told;
  }
  told.reply.bytes = control_->data;
  told.answered = true;
  return told;
}

std::string Host::await(agent::Mail& mail, std::uint32_t asked, std::uint32_t process) {
  int waited = 0;
  for (;;) {
    const auto answered = mail.answered.load(std::memory_order_acquire);
    if (answered == asked) return {};
    timespec limit{0, look_ms_ * 1'000'000L};
    if (futex(mail.answered, FUTEX_WAIT, answered, &limit) == 0 || errno != ETIMEDOUT) continue;
    int status = 0;
    const auto pid = agents_[process].pid;
    direct_.serve();
    if (is_ending(pid)) direct_.let_go(process);
    if (!agents_[process].ended && waitpid(pid, &status, WNOHANG) == pid) {
      const auto trouble = end_of(process, status);
      if (!trouble.empty()) return trouble;
    }
    waited += look_ms_;
    if (waited >= setup_.patience_ms)
      return fmt::format("P{} hangs: no answer for {} ms", process, setup_.patience_ms);
  }
}

/// Together: who ever had requests in flight takes Linux some 40 ms (exit_aio, fs/aio.c).
void Host::kill_all_but_zygote() {
  for (std::uint32_t p = 0; p < agent::zygote; ++p) {
    direct_.let_go(p);
    if (agents_[p].pid > 0 && !agents_[p].ended) ::kill(agents_[p].pid, SIGKILL);
  }
  for (std::uint32_t p = 0; p < agent::zygote; ++p) kill(p);
}

void Host::kill(std::uint32_t process) {
  const auto pid = agents_[process].pid;
  direct_.let_go(process);
  if (pid <= 0 || agents_[process].ended) return forget(process);
  ::kill(pid, SIGKILL);
  waitpid(pid, nullptr, 0);
  forget(process);
}

void Host::forget(std::uint32_t process) {
  forget_files(process);
  agents_[process] = {};
}

void Host::forget_files(std::uint32_t process) {
  auto& a = agents_[process];
  for (int* fd : {&a.memory, &a.pagemap, &a.maps}) {
    if (*fd >= 0) close(*fd);
    *fd = -1;
  }
  a.thread = false;  // an exec ends it, too
}

int Host::file(std::uint32_t process, int& known, const char* name, bool writes) {
  if (known >= 0) return known;
  std::array<char, 64> path{};
  fmt::format_to_n(path.data(), path.size() - 1, "/proc/{}/{}", agents_[process].pid, name);
  known = open(path.data(), (writes ? O_RDWR : O_RDONLY) | O_CLOEXEC);
  return known;
}

}  // namespace cow::props::live
