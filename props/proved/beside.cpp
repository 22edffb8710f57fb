#include "props/proved/beside.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "props/lockstep/views.h"

namespace cow::props::proved {

namespace {

using Slot = MachineState::Slot;
using Bytes = std::array<std::uint8_t, Machine::page_bytes>;

/// The objects of the reference: the file, then one for each frame that pins make one.
std::uint32_t object_of_frame(int frame) {
  return model::file_object + 1 + static_cast<std::uint32_t>(frame);
}

class Beside {
 public:
  Beside(const MachineState& state, const Audit& audit, Built& built)
      : s_(state), built_(built), m_(*built.machine), audit_(audit) {}

  void put() {
    built_.reference = std::make_unique<model::Reference>(built_.world);
    for (std::uint32_t p = 1; p < built_.unused_process; ++p)
      reference().restore_process(p, {.alive = true});
    for (Slot s = 0; s < static_cast<Slot>(s_.slots.size()); ++s) {
      const auto& to = built_.slots[static_cast<std::size_t>(s)];
      const auto& slot = s_.slots[static_cast<std::size_t>(s)];
      if (slot.is_object) reference().restore_file(to.page, object_bytes(s));
      if (to.process < 0) continue;
      const auto p = static_cast<std::uint32_t>(to.process);
      reference().restore(p, to.page, page_of(slot), seen(p, to.page));
    }
    for (std::uint32_t p = 0; p < built_.unused_process; ++p) put_pins(p);
  }

 private:
  model::Reference& reference() { return *built_.reference; }

  Bytes object_bytes(Slot s) const {
    const auto& entry = s_.entry(s);
    Bytes bytes{};
    if (entry.is_present) std::ranges::copy(frame_bytes(entry.names), bytes.begin());
    return bytes;
  }
  std::span<const std::uint8_t> frame_bytes(int frame) const {
    return m_.frame_bytes(built_.frames[static_cast<std::size_t>(frame)]);
  }
  Bytes seen(std::uint32_t p, std::uint32_t page) const {
    const auto* from = audit_.seen(p, page).bytes;
    Bytes bytes{};
    if (from != nullptr) std::copy_n(from, bytes.size(), bytes.begin());
    return bytes;
  }

  model::Page page_of(const MachineState::SlotCell& slot) const {
    const auto& [area, entry, process, is_object, object] = slot;
    model::Page page{.mapped = true};
    page.access = area.write  ? model::Access::write
                  : area.read ? model::Access::read
                              : model::Access::none;
    page.sharing = area.shared ? model::Sharing::shared : model::Sharing::private_;
    page.file = area.shared || area.cow;
    if (page.file) page.number = built_.slots[static_cast<std::size_t>(object)].page;
    page.wp = entry.is_wp;
    page.guard = entry.is_guard;
    page.given_up = entry.is_present && !entry.was_written;
    page.clean = entry.is_unwritten;
    const bool nothing = !entry.is_present && !entry.is_swapped;
    const bool zero = entry.is_present && s_.is_zero(entry.names);
    page.fresh = !page.file && (nothing || zero);
    const bool shows =
        page.file &&
        (nothing || (!entry.alone && entry.is_present && entry.names == s_.entry(object).names));
    if (area.shared || shows) {
      page.object = model::file_object;
    } else if (entry.is_present && s_.pins(entry.names) > 0 && !zero) {
      page.object = object_of_frame(entry.names);
      page.number = 0;
    }
    return page;
  }

  void put_pins(std::uint32_t p) {
    for (std::uint32_t i = 0; i < machine::pins_per_process; ++i) {
      const auto& held = m_.pins(p).at[i];
      if (held.access == kernel::Access::none) continue;
      const auto found = std::ranges::find(built_.frames, held.frame) - built_.frames.begin();
      const auto frame = static_cast<int>(found);
      model::Page pin{.fresh = false,
                      .access = static_cast<model::Access>(held.access),
                      .object = object_of_frame(frame)};
      const auto holder = s_.held_at(frame);
      if (s_.of_object(frame)) {
        pin.object = model::file_object;
        pin.number = built_.slots[static_cast<std::size_t>(holder)].page;
      }
      reference().restore_pin(p, i, pin, m_.frame_bytes(held.frame));
    }
  }

  const MachineState& s_;
  Built& built_;
  const Machine& m_;
  const Audit& audit_;
};

}  // namespace

void put_reference_beside(const MachineState& state, const Audit& audit, Built& built) {
  Beside(state, audit, built).put();
}

Difference seen_otherwise(const Machine& machine, const Audit& audit, model::Reference& reference) {
  for (std::uint32_t p = 0; p < machine.config().procs; ++p) {
    if (!reference.alive(p)) continue;
    for (std::uint32_t page = 0; page < machine.config().pages; ++page) {
      const auto& seen = audit.seen(p, page);
      const auto& says = reference.page(p, page);
      if (says.given_up && seen.entry == Machine::Entry::none()) reference.drop_given_up(p, page);
      if (seen.mapped == says.mapped && same_bytes(reference.bytes(p, page), seen.bytes)) continue;
      return {says.fresh ? kernel::Law::no_disclosure : kernel::Law::isolation,
              fmt::format("P{} sees p{} differ", p, page)};
    }
    for (std::uint32_t pin = 0; pin < machine::pins_per_process; ++pin) {
      const auto& held = machine.pins(p).at[pin];
      const bool holds = held.access != kernel::Access::none;
      const auto* bytes = holds ? machine.frame_bytes(held.frame).data() : nullptr;
      if (same_bytes(reference.pinned(p, pin), bytes)) continue;
      return {kernel::Law::pin_stable, fmt::format("d{} of P{} sees another page", pin, p)};
    }
  }
  return {};
}

}  // namespace cow::props::proved
