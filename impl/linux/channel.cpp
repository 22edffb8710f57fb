#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "impl/linux/agent.h"

// The transport: requests and replies through the shared memory, waiting with futex(2).

namespace cow::agent {

namespace {

struct Channel {
  std::uint32_t thread = 0;
  std::uint32_t seen = 0;  ///< the last request taken

  Mail& mail() const { return self.control->mails[self.process][thread]; }
};
Channel channels[threads];

long futex(std::atomic<std::uint32_t>& word, int what, std::uint32_t value) {
  return syscall(SYS_futex, &word, what, value, nullptr, nullptr, 0);
}

int receive(void* at, std::uint8_t* request) {
  auto& channel = *static_cast<Channel*>(at);
  Mail& mail = channel.mail();
  for (;;) {
    const auto asked = mail.asked.load(std::memory_order_acquire);
    if (asked != channel.seen) {
      channel.seen = asked;
      __builtin_memcpy(request, mail.request, COWAGENT_REQUEST_BYTES);
      return 1;
    }
    futex(mail.asked, FUTEX_WAIT, asked);  // whoever dies takes us along (process.cpp)
  }
}

void send(void* at, const std::uint8_t* head, const Reply* reply) {
  auto& channel = *static_cast<Channel*>(at);
  Mail& mail = channel.mail();
  __builtin_memcpy(mail.reply, head, COWAGENT_REPLY_BYTES);
  std::uint8_t* const data = self.control->data;  // where reads leave their bytes anyway
  if (reply->length > 0 && reply->bytes != data)
    __builtin_memcpy(data, reply->bytes, reply->length);
  mail.answered.store(channel.seen, std::memory_order_release);
  futex(mail.answered, FUTEX_WAKE, 1);
}

Status perform_here(const Request& r, Reply& reply) {
  switch (r.kind) {
    case COWAGENT_MAP:
      return map(r);
    case COWAGENT_UNMAP:
      return unmap(r);
    case COWAGENT_PROTECT:
      return protect(r, reply);
    case COWAGENT_REMAP:
      return remap(r, reply);
    case COWAGENT_DONTNEED:
    case COWAGENT_ADVISE:
    case COWAGENT_PAGEOUT:
    case COWAGENT_FREE:
    case COWAGENT_GUARD:
    case COWAGENT_UNGUARD:
      return madvise_range(r, reply);
    case COWAGENT_SPLIT:
    case COWAGENT_COLLAPSE:
    case COWAGENT_MIGRATE:
    case COWAGENT_COMPACT:
    case COWAGENT_MERGE:
    case COWAGENT_UNMERGE:
      return hint(r);
    case COWAGENT_WP:
    case COWAGENT_UNWP:
    case COWAGENT_CLEAR_REFS:
      return protect_writes(r, reply);
    case COWAGENT_READ:
    case COWAGENT_WRITE:
    case COWAGENT_KERNEL_READ:
    case COWAGENT_KERNEL_WRITE:
      return access(r, reply);
    case COWAGENT_PIN:
      return pin(r, reply);
    case COWAGENT_UNPIN:
      return unpin(r, reply);
    case COWAGENT_DEVICE_READ:
    case COWAGENT_DEVICE_WRITE:
      return device(r, reply);
    case COWAGENT_EXEC:
      return exec_process(reply);
    case keep_page:
      return keep_spliced(r, reply);
    case look_at_page:
      return look_at_spliced(reply);
    case open_direct:
      return open_directly(r, reply);
    case hold_directly:
      return hold(r, reply);
    case COWAGENT_THREAD:
      return start_thread() ? COWAGENT_OK : COWAGENT_STUCK;
    default:
      return COWAGENT_UNKNOWN;
  }
}

int perform(void*, const Request* request, Reply* reply) {
  if (request->kind == COWAGENT_EXIT) exit_process();
  if (request->kind == COWAGENT_FORK) return fork_process(*request, *reply) ? 1 : 0;
  reply->status = static_cast<std::uint8_t>(perform_here(*request, *reply));
  return 1;
}

}  // namespace

void fresh_channel(std::uint32_t thread) { channels[thread].seen = 0; }

void answer_exec() {
  Channel& channel = channels[0];
  std::uint8_t request[COWAGENT_REQUEST_BYTES], head[COWAGENT_REPLY_BYTES];
  receive(&channel, request);
  cowagent_request r{};
  cowagent_decode_request(request, &r);
  const Reply reply{COWAGENT_OK, r.sequence, 0, static_cast<std::uint32_t>(getpid()), nullptr};
  cowagent_encode_reply(&reply, 1, head);
  send(&channel, head, &reply);
}

void serve(std::uint32_t thread) {
  Channel& channel = channels[thread];
  channel.thread = thread;
  const Control& c = *self.control;
  static_assert(COWAGENT_KINDS == 32);
  const std::uint32_t all = ~0U;
  const std::uint32_t cannot = 1U << COWAGENT_SWAPOFF | 1U << COWAGENT_FORCE_WRITE;
  const cowagent agent{
      &channel, 1,    {COWAGENT_VERSION, c.page_bytes, c.pages, processes - 1, all & ~cannot},
      receive,  send, perform};
  cowagent_serve(&agent);
}

}  // namespace cow::agent
