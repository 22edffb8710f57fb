#include <cstring>
#include <fmt/format.h>
#include <sys/wait.h>

#include "props/subjects/linux/host.h"
#include "props/subjects/linux/request.h"

// Requests after which a process is another one, or that are this transport's own.

namespace cow::props::live {

std::string last_words(std::uint32_t process, int status) {
  const auto name = process == agent::zygote ? "the first agent" : fmt::format("P{}", process);
  if (WIFEXITED(status) && WEXITSTATUS(status) == agent::lent_badly)
    return fmt::format("{} finds its memory changed by the child of its vfork", name);
  if (!WIFSIGNALED(status))
    return fmt::format("{} ended with status {}", name, WEXITSTATUS(status));
  const char* const signal = sigabbrev_np(WTERMSIG(status));
  return fmt::format("{} crashed with SIG{}", name, signal != nullptr ? signal : "?");
}

Told Host::exec(std::uint32_t process, const cowagent_request& request) {
  direct_.let_go(process);
  agents_[process].execs = true;
  auto told = send(process, 0, request);
  if (!told.answered || told.reply.status != COWAGENT_OK) return told;
  told.trouble = await_lender(process, static_cast<pid_t>(told.reply.detail));
  told.answered = told.trouble.empty();
  return told;
}

/// Whoever execs by a vfork ends when its child goes on as the process. Empty, or what is wrong.
std::string Host::await_lender(std::uint32_t process, pid_t now) {
  const bool lends = agents_[process].pid != now;
  std::string trouble;
  if (lends && !agents_[process].ended) trouble = wait_for_end(process);
  forget(process);
  agents_[process].pid = now;
  return trouble;
}

/// Of a process that was waited for and has ended: empty if it may have.
std::string Host::end_of(std::uint32_t process, int status) {
  if (agents_[process].execs && status == 0) {
    agents_[process].ended = true;
    return {};
  }
  const auto words = last_words(process, status);
  forget(process);
  return words;
}

Told Host::splice(std::uint32_t process, std::uint8_t kind, const model::Op& op) {
  auto request = request_of(op);
  request.kind = kind;
  return ask(process, request);
}

}  // namespace cow::props::live
