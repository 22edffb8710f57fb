#pragma once

#include <cstdint>

namespace cow::machine {

/// A page-table entry. Bits as on x86-64 where there is one: P (readable), W, PS (huge). An
/// entry that holds a frame without P is PROT_NONE; `used` keeps it from being zero. `x`: this is
/// the only mapping of a private page (Linux: PageAnonExclusive). What is neither zero nor `used`
/// names a slot of swap in the frame's place, `x` kept (Linux: pte_swp_exclusive).
///
/// A page is born dirty (Linux: do_anonymous_page), and only MADV_FREE makes it clean. So D, which
/// the processor sets, is kept where it can say something: in entries of pages that were given up.
template <class G>
class Entry {
 public:
  using Word = typename G::Word;
  using Frame = std::uint32_t;

  constexpr Entry() = default;
  constexpr explicit Entry(Word word) : word_(word) {}

  static constexpr Entry none() { return Entry(); }
  static constexpr Entry leaf(Frame frame, bool readable, bool writable) {
    return Entry(
        static_cast<Word>(at(frame) | used | (readable ? p : Word{0}) | (writable ? w : Word{0})));
  }
  static constexpr Entry huge_leaf(Frame head, bool readable, bool writable) {
    return Entry(static_cast<Word>(leaf(head, readable, writable).word_ | ps));
  }
  /// Of a huge leaf: its i-th sub-page as a small leaf.
  constexpr Entry sub_page(Frame i) const {
    return Entry(static_cast<Word>((word_ & ~ps) + at(i)));
  }
  static constexpr Entry table(Frame frame) { return leaf(frame, true, true); }

  /// The page is in a slot of swap; no processor looks at the rest.
  static constexpr Entry in_swap(Frame slot, bool exclusive) {
    return Entry(static_cast<Word>(at(slot) | slotted | (exclusive ? x : Word{0})));
  }

  // An entry is one of three: present, swapped or empty.
  /// Holds a frame or a table, whatever it allows.
  constexpr bool present() const { return (word_ & used) != 0; }
  constexpr bool swapped() const { return (word_ & (used | slotted)) == slotted; }
  /// Neither, but perhaps a marker: what it says of the page that will be there.
  constexpr bool empty() const { return (word_ & (used | slotted)) == 0; }
  constexpr bool readable() const { return (word_ & (p | s)) == p; }
  constexpr bool writable() const { return (word_ & (w | s)) == w; }
  constexpr bool huge() const { return (word_ & ps) != 0; }
  constexpr Frame frame() const { return static_cast<Frame>(word_ >> G::frame_shift); }
  /// Of a swapped entry.
  constexpr Frame slot() const { return frame(); }

  /// Of private memory: no other mapping has the frame, nor another swap entry the slot.
  constexpr bool exclusive() const { return (word_ & x) != 0; }

  constexpr Entry made_exclusive() const { return Entry(static_cast<Word>(word_ | x)); }
  constexpr Entry made_common() const { return Entry(static_cast<Word>(word_ & ~x)); }
  constexpr Entry with_exclusive(bool on) const { return on ? made_exclusive() : made_common(); }
  /// As a process sees it that does not have the table alone (impl/kernel/shared_table.h).
  constexpr Entry as_common() const { return Entry(static_cast<Word>(word_ & ~(w | x))); }
  constexpr Entry write_protected() const { return Entry(static_cast<Word>(word_ & ~w)); }
  /// Writing is noted by granting it.
  constexpr Entry made_writable() const { return Entry(static_cast<Word>((word_ | p | w) & ~c)); }

  /// Out of use: allows nothing, and remembers what it allowed (impl/kernel/suspend.h).
  constexpr bool suspended() const { return (word_ & s) != 0; }
  constexpr Entry made_suspended() const { return Entry(static_cast<Word>(word_ | s)); }
  constexpr Entry resumed() const { return Entry(static_cast<Word>(word_ & ~s)); }
  constexpr Entry moved_to(Frame frame) const {
    return Entry(static_cast<Word>((word_ & low) | at(frame)));
  }

  /// The process gave the page up (MADV_FREE; Linux: a folio without PG_swapbacked).
  constexpr bool given_up() const { return (word_ & g) != 0; }
  /// Written since it was given up; or it never was.
  constexpr bool dirty() const { return (word_ & (g | d)) != g; }
  constexpr Entry made_clean() const { return Entry(static_cast<Word>((word_ | g) & ~d)); }
  constexpr Entry made_dirty() const {
    return given_up() ? Entry(static_cast<Word>(word_ | d)) : *this;
  }
  /// This entry, given up, dirty and unwritten as far as the other is.
  constexpr Entry as_dirty_as(Entry other) const {
    return Entry(static_cast<Word>((word_ & ~(g | d | c)) | (other.word_ & (g | d | c))));
  }

  /// Not written since its process asked to be told (Linux: no _PAGE_SOFT_DIRTY): so it cannot be
  /// written without a fault. Unlike Linux's this bit is not there where nothing is known, so that
  /// what forgets it says too much rather than too little.
  constexpr bool unwritten() const { return (word_ & c) != 0; }
  constexpr Entry made_unwritten() const { return Entry(static_cast<Word>(word_ | c)); }
  constexpr Entry made_written() const { return Entry(static_cast<Word>(word_ & ~c)); }
  constexpr Entry with_unwritten(bool on) const { return on ? made_unwritten() : made_written(); }

  /// The process wants to know of writes (Linux: uffd-wp). Stays with the page, and where none is
  /// there yet, as a marker (Linux: PTE_MARKER_UFFD_WP).
  constexpr bool wp() const { return (word_ & u) != 0; }
  constexpr bool is_marker() const { return word_ == u || word_ == b; }
  constexpr Entry with_wp(bool on) const {
    return Entry(static_cast<Word>(on ? word_ | u : word_ & ~u));
  }

  /// No access comes through, and nothing is there (Linux: PTE_MARKER_GUARD).
  static constexpr Entry make_guard() { return Entry(b); }
  constexpr bool guard() const { return word_ == b; }

  constexpr Word word() const { return word_; }
  constexpr bool operator==(const Entry&) const = default;

 private:
  // A freed table is full of 0xA5: who still walks it must find entries there (row C17).
  static constexpr Word p = 1, w = 2, used = 4, c = 8, s = 0x10, x = 0x20, slotted = 0x40,
                        ps = 0x80, g = 0x100, d = 0x200, u = 0x400, b = 0x800, low = 0xfff;
  static constexpr Word at(Frame frame) {
    return static_cast<Word>(static_cast<Word>(frame) << G::frame_shift);
  }

  Word word_ = 0;
};

}  // namespace cow::machine
