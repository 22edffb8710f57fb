#include "impl/machine/complaint.h"

#include <array>
#include <fmt/format.h>

namespace cow::machine {

std::string complaint_text(const Complaint& complaint) {
  constexpr std::array<const char*, 16> texts = {
      "an entry was stored into frame {}, which is no page table",
      "frame {} was used, which does not exist",
      "a reference was taken on frame {}, which is not in use for that",
      "frame {} was put more often than it was taken",
      "lock {} was taken twice",
      "lock {} was released but not held",
      "an allocation was refused while {} frames were free",
      "an entry was changed while table {} was not locked",
      "a reference to frame {} was dropped while a TLB still reached it",
      "a reference to frame {} was dropped before the entry that holds it had changed",
      "the areas of P{} were used without a lock",
      "frame {} was filled when an entry named it already",
      "frame {} was unpinned more often than it was pinned",
      "slot {} of swap was used, which nothing names",
      "frame {} was taken from a node while a nearer one had some",
      "what zswap has of slot {} is not a page"};
  return fmt::format(fmt::runtime(texts[complaint.what]), complaint.number);
}

}  // namespace cow::machine
