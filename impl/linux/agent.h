#pragma once

#include <cstdint>

#include "impl/linux/control.h"

/// The agent's side on Linux: each operation as system calls, by subject in the files beside this
/// one. An agent is a small static program, so that a fork copies hardly more than what is under
/// test. One thread of one process acts at a time; the others wait.
namespace cow::agent {

/// The process under test.
struct Self {
  Control* control = nullptr;
  std::uint32_t process = 0;
  bool has_thread = false;
};
extern Self self;

using Request = cowagent_request;
using Reply = cowagent_reply;
using Status = cowagent_status;

/// The real address of a byte of the world. A page of the world begins where one of Linux does.
inline std::uint8_t* address(std::uint32_t page, std::uint32_t offset = 0) {
  return reinterpret_cast<std::uint8_t*>(base_address) +
         std::uint64_t{page} * self.control->real_bytes + offset;
}
inline std::uint64_t bytes_of(std::uint32_t pages) {
  return std::uint64_t{pages} * self.control->real_bytes;
}

/// Is this agent wrong in this way? Always false in the program's own: only the tests build others.
inline bool is_wrong([[maybe_unused]] Wrong how) {
#ifdef COWCHECK_WRONG_AGENT
  return self.control->wrong == how;
#else
  return false;
#endif
}

// mapping.cpp
/// Is every page of the range mapped? Touches none.
bool is_mapped(std::uint32_t page, std::uint32_t count);
/// The answers where it is not, and where Linux says what it never should.
Status hole(Reply& reply);
Status surprise(Reply& reply);
Status map(const Request& r);
Status unmap(const Request& r);
Status protect(const Request& r, Reply& reply);
Status remap(const Request& r, Reply& reply);
Status madvise_range(const Request& r, Reply& reply);
Status hint(const Request& r);

// access.cpp
Status access(const Request& r, Reply& reply);

// fault.cpp
/// Faults of the accesses under test become answers; others end the agent.
void catch_faults();
bool load(std::uint8_t* to, const std::uint8_t* from, std::uint32_t length);
bool store(std::uint8_t* to, const std::uint8_t* from, std::uint32_t length);
/// Why the processor may not store there, which the kernel refused to do. Changes nothing.
Status refusal(std::uint8_t* at);

// protection.cpp
Status protect_writes(const Request& r, Reply& reply);
/// May a write be trapped here?
bool traps();
/// A fork's child has its parent's descriptor, which names the parent's memory: closes it.
void forget_protection();

// device.cpp
/// Byte i is i mod 256: from any value on, what a write writes to one page.
const std::uint8_t* pattern(std::uint8_t value);
Status pin(const Request& r, Reply& reply);
Status unpin(const Request& r, Reply& reply);
Status device(const Request& r, Reply& reply);
/// A fork's child has its parent's rings, but not its pins: closes them.
void forget_pins();

// direct.cpp
/// Of the zygote: opens a file of the driver's for itself and all that come from it.
Status open_directly(const Request& r, Reply& reply);
/// Puts requests for the page in flight, which the driver answers when it likes.
Status hold(const Request& r, Reply& reply);
/// A fork's child has none of its parent's requests.
void forget_requests();
/// Of a wrong agent: what is in flight stays with the device, the process goes on with a copy.
void part_from_device();
/// The page to and from a file on a disk, past the page cache.
bool disk_load(std::uint8_t* to, const std::uint8_t* from, std::uint32_t length);
bool disk_store(std::uint8_t* to, const std::uint8_t* from, std::uint32_t length);

// splice.cpp
/// One page at a time. An exec closes the pipe.
Status keep_spliced(const Request& r, Reply& reply);
Status look_at_spliced(Reply& reply);
void forget_spliced();

// process.cpp
/// Forks; in the child answers false, and the channel is the child's.
bool fork_process(const Request& r, Reply& reply);
Status exec_process(Reply& reply);
bool start_thread();
[[noreturn]] void exit_process();

// channel.cpp
/// Obeys on this thread's channel until told to exit.
void serve(std::uint32_t thread);
/// Of a thread that begins, or is another process's now: the driver counts its requests anew.
void fresh_channel(std::uint32_t thread);
/// Replies to the request that an exec was.
void answer_exec();

}  // namespace cow::agent
