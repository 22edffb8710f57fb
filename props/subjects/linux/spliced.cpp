#include <algorithm>
#include <fmt/format.h>

#include "props/subjects/linux/linux.h"

// Pages that a process has taken into a pipe (vmsplice), one for each process: what others write,
// and what becomes of the page in its process, must never show there.

namespace cow::props::live {

using model::Kind;
using model::Op;

/// Where its own process writes it is anybody's guess whether the page in the pipe is a copy.
bool Linux::may_change_spliced(const Op& op) {
  return model::is_store(op.kind) || op.kind == Kind::device_write || op.kind == Kind::exec ||
         op.kind == Kind::exit;
}

/// The kernel reads of the agents' vmsplice(2) (impl/linux/access.cpp), of bytes of one page.
bool Linux::can_be_spliced(const Op& op) const {
  return op.kind == Kind::kernel_read && (op.offset + op.length) % 3 == 1 &&
         op.offset + op.length <= page_bytes_ && !area(op.proc, op.page).shared &&
         !area(op.proc, op.page).file;
}

/// After an operation that succeeded, which answered `bytes`. Empty, or what is wrong with agents.
std::string Linux::follow_spliced(const Op& op, std::span<const std::uint8_t> bytes) {
  auto& mine = spliced_[op.proc];
  if (may_change_spliced(op)) mine.clear();
  if (op.kind == Kind::fork) spliced_[op.child].clear();
  if (mine.empty() && can_be_spliced(op)) {
    const std::vector<std::uint8_t> read(bytes.begin(), bytes.end());
    const auto told = host().splice(op.proc, agent::keep_page, op);
    if (!told.answered || told.reply.status != COWAGENT_OK) return "a page cannot be spliced";
    mine = read;
  }
  const bool writes = model::is_store(op.kind) || op.kind == Kind::device_write;
  for (std::uint32_t p = 0; p < world_.procs; ++p) {
    const bool concerns = p == op.proc ? model::takes_pages(op.kind) : writes;
    if (spliced_[p].empty() || !concerns) continue;
    const auto told = host().splice(p, agent::look_at_page, {});
    if (!told.answered || told.reply.status != COWAGENT_OK) return "a pipe cannot be looked at";
    count(Event::spliced);
    if (!std::ranges::equal(std::span(told.reply.bytes, told.reply.length), spliced_[p]))
      find(Law::isolation, fmt::format("the page that P{} has in a pipe has changed", p));
  }
  return {};
}

}  // namespace cow::props::live
