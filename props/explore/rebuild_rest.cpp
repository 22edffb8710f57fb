#include <bit>
#include <cstring>

#include "props/explore/rebuild.h"

/// The part of rebuilding that comes after the page tables.
namespace cow::props::explore {

namespace {

using machine::none;
constexpr auto fan = Sections::fan;
constexpr auto frame_shift = Sections::G::frame_shift;

}  // namespace

void Rebuild::read_status(std::uint32_t p, Cursor& code, Cursor& names) {
  for (auto page = scope_.first_page; page < scope_.end_page; ++page) {
    const auto at = std::size_t{p} * pages_ + page;
    const auto status = code.next();
    ready_[at] = static_cast<model::Access>(status & 3U);
    if ((status & 4U) != 0) tokens_[at] = names.next();
    put_translations(p, page - scope_.first_page, status >> 3, false);
    if (!blocks_matter_ || (page + s_->user_first) % fan != 0) continue;
    put_translations(p, page - scope_.first_page, code.next(), true);
  }
}

void Rebuild::put_translations(std::uint32_t p, std::uint32_t page, std::uint32_t bits, bool huge) {
  const auto slot = huge ? symmetry_.huge_slot(p, page) : symmetry_.small_slot(p, page);
  for (std::uint32_t cpu = 0; cpu < scope_.world.cpus; ++cpu, bits >>= 2) {
    if ((bits & 1U) == 0) continue;
    auto& t = s_->translations[std::size_t{cpu} * Sections::tlb_entries + slot];
    t.page = s_->user_first + scope_.first_page + page;
    t.frame = entries_[p][page] >> frame_shift;
    t.process = static_cast<std::uint16_t>(p);
    t.valid = 1;
    t.writable = (bits & 2U) != 0 ? 1 : 0;
  }
}

void Rebuild::read_bytes(Cursor& in) {
  for (const auto f : data_) {
    auto* const page = s_->page(f);
    std::memset(page, 0, Sections::page_bytes);
    auto mask = in.next();
    mask |= in.next() << 8;
    for (; mask != 0; mask &= mask - 1) {
      page[std::countr_zero(mask)] = static_cast<std::uint8_t>(in.next());
    }
  }
}

void Rebuild::charge_accounts(const Sections::Machine& m) {
  for (std::uint32_t p = 0; p < scope_.world.procs; ++p) {
    auto& usage = s_->accounts[p].usage;
    for (std::uint32_t i = 0; i < s_->processes[p].areas; ++i) {
      usage +=
          kernel::usage_in(m, s_->areas_of(p)[i], m.peek_root(p), Sections::Machine::levels - 1, 0);
    }
  }
}

void Rebuild::count_blocks() {
  for (std::uint32_t b = 0; b < s_->block_count; ++b) {
    auto& block = s_->blocks[b];
    s_->links[b] = {};
    for (std::uint32_t i = 0; i < fan; ++i) {
      const auto& info = s_->frames[b * fan + i];
      if (info.kind == machine::FrameKind::data) block.small += info.count;
      if (info.kind != machine::FrameKind::unused) continue;
      ++block.free;
      s_->bitmaps[b] |= std::uint64_t{1} << i;
    }
    s_->header->free_frames += block.free;
  }
}

void Rebuild::link_blocks() {
  const auto push = [&](std::uint32_t b, std::uint32_t& list) {
    if (list != none) s_->links[list].prev = b;
    s_->links[b].next = list;
    list = b;
  };
  for (auto b = s_->block_count; b-- > 0;) {
    const auto free = s_->blocks[b].free;
    if (free == fan) push(b, s_->header->nodes[0].whole);
    if (!blocks_matter_ && free > 0 && free < fan) push(b, s_->header->nodes[0].broken);
  }
  for (auto i = broken_.size(); i-- > 0;) push(broken_[i], s_->header->nodes[0].broken);
}

void Rebuild::restore_reference(Pair& pair, std::uint32_t p) {
  constexpr std::array<std::uint8_t, Sections::page_bytes> zeroes{};
  const auto& info = s_->processes[p];
  pair.reference.restore_process(p, {.alive = info.alive != 0});
  for (std::uint32_t i = 0; i < info.areas; ++i) {
    const auto& area = s_->areas_of(p)[i];
    for (auto at = area.first; at < area.end; ++at) {
      const auto number = static_cast<std::uint32_t>(at - s_->user_first);
      const auto index = number - scope_.first_page;
      auto entry = entries_[p][index];
      model::Page page{
          .mapped = true, .access = static_cast<model::Access>(area.access), .huge = area.huge};
      if (area.is_shared()) {
        page.sharing = model::Sharing::shared;
        page.object = object_of_[p][index] + model::file_object + 1;
        page.number = number;
        if (entry == 0) entry = object_entries_[object_of_[p][index]][index];
      }
      const auto* const bytes = entry == 0 ? zeroes.data() : s_->page(entry >> frame_shift);
      page.fresh = std::memcmp(bytes, zeroes.data(), zeroes.size()) == 0;
      pair.reference.restore(p, number, page, {bytes, zeroes.size()});
    }
  }
}

}  // namespace cow::props::explore
